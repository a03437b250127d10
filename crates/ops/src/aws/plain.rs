//! The few calls to services whose SDK is too large for them (EC2's is larger than all others here together, RDS's a third of that)
//! or is needed for one question (quotas, scaling): signed requests in the two plain protocols that they speak.
//!
//! Query: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html>.

use std::time::{Duration, SystemTime};

use aws_credential_types::provider::ProvideCredentials as _;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4,
};
use serde_json::Value;

use super::{
    Refusal,
    account::{ATTEMPT, ATTEMPTS, Account, CONNECT},
    refusal::chain,
    xml::Element,
};

/// The first wait before a call is made again; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(250);

/// A service that is called so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Service {
    /// As signatures and hosts name it.
    name: &'static str,
    /// Version of its interface, or what its targets begin with.
    version: &'static str,
}

/// Networks.
pub(crate) const EC2: Service = Service { name: "ec2", version: "2016-11-15" };
/// Databases.
pub(crate) const RDS: Service = Service { name: "rds", version: "2014-10-31" };
/// What an account may have.
pub(crate) const QUOTAS: Service = Service { name: "servicequotas", version: "ServiceQuotasV20190624" };
/// The bounds within which services scale.
pub(crate) const SCALING: Service = Service { name: "application-autoscaling", version: "AnyScaleFrontendService" };

impl Account {
    /// Calls an action of a service that answers in XML. `doing` says what for, to a person.
    pub(crate) async fn query(
        &self,
        service: Service,
        action: &str,
        parameters: &[(String, String)],
        doing: &str,
    ) -> Result<Element, Refusal> {
        let mut form = format!("Action={action}&Version={}", service.version);
        for (name, value) in parameters {
            form.push_str(&format!("&{}={}", escaped(name), escaped(value)));
        }
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let answer = self.call(service, &headers, &form, doing).await?;
        Element::parse(&answer).map_err(|why| Refusal::silence(doing, format!("the answer is {why}")))
    }

    /// Calls an action of a service that answers in JSON.
    pub(crate) async fn ask(
        &self,
        service: Service,
        action: &str,
        what: &Value,
        doing: &str,
    ) -> Result<Value, Refusal> {
        let target = format!("{}.{action}", service.version);
        let headers = [("content-type", "application/x-amz-json-1.1"), ("x-amz-target", target.as_str())];
        let answer = self.call(service, &headers, &what.to_string(), doing).await?;
        serde_json::from_str(&answer).map_err(|why| Refusal::silence(doing, format!("the answer is no JSON: {why}")))
    }

    /// Calls, and calls again where AWS has too much to do. What was sent and not answered is not sent again: only who asked
    /// knows whether it may happen twice.
    async fn call(
        &self,
        service: Service,
        headers: &[(&str, &str)],
        body: &str,
        doing: &str,
    ) -> Result<String, Refusal> {
        let mut wait = FIRST_WAIT;
        for _ in 1..ATTEMPTS {
            match self.call_once(service, headers, body, doing).await {
                Err(no) if no.answered() && no.is_passing() => tokio::time::sleep(wait).await,
                done => return done,
            }
            wait *= 2;
        }
        self.call_once(service, headers, body, doing).await
    }

    async fn call_once(
        &self,
        service: Service,
        headers: &[(&str, &str)],
        body: &str,
        doing: &str,
    ) -> Result<String, Refusal> {
        let silence = |why: String| Refusal::silence(doing, why);
        let url = self.address(service);
        let signature = self.signature(service, &url, headers, body).await.map_err(silence)?;
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().connect_timeout(CONNECT).timeout(ATTEMPT);
        let client = client.redirect(reqwest::redirect::Policy::none()).build();
        let mut request = client.map_err(|error| silence(error.to_string()))?.post(&url).body(body.to_owned());
        for (name, value) in headers.iter().copied().chain(signature.iter().map(|(n, v)| (n.as_str(), v.as_str()))) {
            request = request.header(name, value);
        }
        let answer = request.send().await.map_err(|error| silence(chain(&error)))?;
        let status = answer.status();
        let text = answer.text().await.map_err(|error| silence(chain(&error)))?;
        if status.is_success() { Ok(text) } else { Err(refused(doing, status.as_u16(), &text)) }
    }

    fn address(&self, service: Service) -> String {
        if let Some(endpoint) = self.config.endpoint_url() {
            return format!("{}/", endpoint.trim_end_matches('/'));
        }
        let (name, region) = (service.name, self.region());
        let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        format!("https://{name}.{region}.{domain}/")
    }

    /// The headers that say who calls.
    async fn signature(
        &self,
        service: Service,
        url: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Vec<(String, String)>, String> {
        let provider = self.config.credentials_provider().ok_or("no credentials are set up")?;
        let credentials = provider.provide_credentials().await.map_err(|error| chain(&error))?;
        let identity = credentials.into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.region())
            .name(service.name)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| error.to_string())?;
        let body = SignableBody::Bytes(body.as_bytes());
        let request =
            SignableRequest::new("POST", url, headers.iter().copied(), body).map_err(|error| chain(&error))?;
        let (signed, _) = sign(request, &parameters.into()).map_err(|error| chain(&error))?.into_parts();
        Ok(signed.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

/// What an answer that is none says.
fn refused(doing: &str, status: u16, text: &str) -> Refusal {
    let json: Option<Value> = serde_json::from_str(text).ok();
    if let Some(said) = json {
        let code = said["__type"].as_str().unwrap_or_default();
        let code = code.rsplit('#').next().unwrap_or(code);
        let message = said["message"].as_str().or(said["Message"].as_str()).unwrap_or_default();
        return Refusal::answer(doing, code, message);
    }
    let error = Element::parse(text).ok();
    let part = |name| error.as_ref().and_then(|error| error.find(name)).map(Element::own_text);
    match part("Code") {
        Some(code) => Refusal::answer(doing, code, part("Message").unwrap_or_default()),
        None if status >= 500 => Refusal::answer(doing, "ServerException", &format!("HTTP status {status}")),
        None => Refusal::answer(doing, "no code", &format!("HTTP status {status}")),
    }
}

/// Everything but the unreserved characters of RFC 3986 as `%` and two digits.
fn escaped(text: &str) -> String {
    let one = |byte: u8| {
        let plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if plain { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_read_in_every_protocol() {
        let ec2 = "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You may not</Message></Error></Errors></Response>";
        let rds =
            "<ErrorResponse><Error><Code>DBClusterNotFoundFault</Code><Message>none</Message></Error></ErrorResponse>";
        let json = r#"{"__type":"com.amazonaws.quotas#NoSuchResourceException","Message":"none"}"#;
        for (text, code) in
            [(ec2, "UnauthorizedOperation"), (rds, "DBClusterNotFoundFault"), (json, "NoSuchResourceException")]
        {
            let no = refused("asking", 400, text);
            assert!(no.code() == code && no.answered(), "{no}");
        }
        assert!(refused("asking", 503, "<html>").is_passing());
        assert!(!refused("asking", 404, "").is_passing());
    }

    #[test]
    fn values_are_escaped_as_signatures_want_it() {
        assert_eq!(escaped("a b+c/é"), "a%20b%2Bc%2F%C3%A9");
    }
}
