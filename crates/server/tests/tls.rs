//! HTTPS, HTTP/2 and certificates that change.

#![allow(clippy::expect_used, clippy::panic, reason = "what fails here is the test")]

mod harness;

use std::path::Path;

use harness::{Service, client, send};
use rcgen::{CertifiedKey, generate_simple_self_signed};

/// Between two looks at a count. That it never comes is for whatever runs the tests to notice.
const MOMENT: std::time::Duration = std::time::Duration::from_millis(10);

fn certificate(folder: &Path, with_key_of_another: bool) -> reqwest::Certificate {
    let make = || generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let CertifiedKey { cert, signing_key } = make();
    let key = if with_key_of_another { make().signing_key } else { signing_key };
    std::fs::write(folder.join("key.pem"), key.serialize_pem()).expect("written");
    std::fs::write(folder.join("certificate.pem"), cert.pem()).expect("written");
    reqwest::Certificate::from_pem(cert.pem().as_bytes()).expect("PEM")
}

async fn service(folder: &Path) -> Service {
    let path = |name: &str| folder.join(name).to_str().expect("a path").to_owned();
    Service::with(&[("PLIMSOLL_TLS_CERTIFICATE", &path("certificate.pem")), ("PLIMSOLL_TLS_KEY", &path("key.pem"))])
        .await
}

/// Asks on a connection of its own, trusting one certificate.
async fn ask(
    service: &Service,
    trusted: &reqwest::Certificate,
    version: http::Version,
) -> Result<harness::Answer, String> {
    let client = client(|builder| {
        let builder = if version == http::Version::HTTP_11 { builder.http1_only() } else { builder };
        builder.tls_certs_only([trusted.clone()]).resolve("localhost", service.public())
    });
    let request = client.get(format!("https://localhost:{}/health", service.public().port()));
    let response = request.try_clone().expect("no body").send().await.map_err(|error| error.to_string())?;
    assert_eq!(response.version(), version);
    Ok(send(request).await)
}

#[tokio::test]
async fn both_versions_of_http_are_spoken() {
    let folder = tempfile::tempdir().expect("a folder");
    let trusted = certificate(folder.path(), false);
    let service = service(folder.path()).await;
    for version in [http::Version::HTTP_11, http::Version::HTTP_2] {
        let answer = ask(&service, &trusted, version).await.expect("trusted");
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
    }
}

#[tokio::test]
async fn a_new_certificate_is_taken_up_and_a_bad_one_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = certificate(folder.path(), false);
    let service = service(folder.path()).await;
    let version = http::Version::HTTP_2;
    assert!(ask(&service, &first, version).await.is_ok());

    certificate(folder.path(), true);
    // Half a pair may be seen first, and is refused too.
    while service.app().metrics().tls.refused.get() == 0 {
        tokio::time::sleep(MOMENT).await;
    }
    assert!(ask(&service, &first, version).await.is_ok(), "the old one stays");

    let second = certificate(folder.path(), false);
    while service.app().metrics().tls.taken.get() == 0 {
        tokio::time::sleep(MOMENT).await;
    }
    assert!(ask(&service, &second, version).await.is_ok());
    assert!(ask(&service, &first, version).await.is_err(), "and the old one is gone");
}

#[tokio::test]
async fn texts_serve_as_files_do_and_are_shown_to_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let trusted = certificate(folder.path(), false);
    let text = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("PEM");
    let set = [("PLIMSOLL_TLS_CERTIFICATE", text("certificate.pem")), ("PLIMSOLL_TLS_KEY", text("key.pem"))];
    let set: Vec<(&str, &str)> = set.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let config = harness::config(&set);
    let shown = format!("{:?} {config:?}", config.settings());
    assert!(!shown.contains("PRIVATE KEY") && !shown.contains("BEGIN CERT") && shown.contains("***"), "{shown}");
    let service = Service::with(&set).await;
    assert!(ask(&service, &trusted, http::Version::HTTP_2).await.is_ok());

    let broken = [("PLIMSOLL_TLS_CERTIFICATE", "-----BEGIN nothing"), ("PLIMSOLL_TLS_KEY", "-----BEGIN nothing")];
    let refused = server::serve(server::App::new(harness::config(&broken))).await.expect_err("refused").to_string();
    assert!(refused.starts_with("PLIMSOLL_TLS_CERTIFICATE: ") && !refused.contains("nothing"), "{refused}");
}

#[tokio::test]
async fn files_that_are_none_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    certificate(folder.path(), true);
    let path = |name: &str| folder.path().join(name).to_str().expect("a path").to_owned();
    let start = async |certificate: &str, key: &str| {
        let set = [("PLIMSOLL_TLS_CERTIFICATE", path(certificate)), ("PLIMSOLL_TLS_KEY", path(key))];
        let set: Vec<(&str, &str)> = set.iter().map(|(name, value)| (*name, value.as_str())).collect();
        server::serve(server::App::new(harness::config(&set))).await.expect_err("refused").to_string()
    };
    assert!(start("certificate.pem", "key.pem").await.contains("is not the key of the first certificate"));
    assert!(start("none.pem", "key.pem").await.contains("none.pem: cannot be read"));
    assert!(start("key.pem", "key.pem").await.contains("holds no certificate"));
    assert!(start("certificate.pem", "certificate.pem").await.contains("holds no private key"));
}
