//! Addresses that are signed for somebody to sign in with: Signature Version 4 in the query.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use std::{
    fmt::Write as _,
    time::{Duration, SystemTime},
};

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign},
    sign::v4,
};
use zeroize::Zeroizing;

use crate::{Account, Fault, Trouble, fault::chain};

/// How long AWS takes a signed address for a password.
const VALID: Duration = Duration::from_secs(15 * 60);
/// For how long one is given out: the rest is for clocks that differ, and for those who come late.
const GIVEN: Duration = Duration::from_secs(10 * 60);

/// What is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SignIn {
    /// The service as signatures name it: `rds-db`, `elasticache`.
    pub(crate) service: &'static str,
    /// Whom the address leads to, with the port where there is one.
    pub(crate) authority: String,
    /// The query, in order.
    pub(crate) query: Vec<(&'static str, String)>,
}

impl SignIn {
    /// A token of the account's credentials, and for how long it may be given out.
    pub(crate) async fn token(&self, account: &Account) -> Result<(Zeroizing<String>, Duration), Fault> {
        let credentials = account.credentials().await?;
        let now = SystemTime::now();
        // What temporary credentials have signed ends with them.
        let left = credentials.expiry().map_or(GIVEN, |ends| ends.duration_since(now).unwrap_or_default());
        Ok((self.signed(credentials, account.region(), now)?, left.min(GIVEN)))
    }

    /// The signed address, without its scheme.
    pub(crate) fn signed(
        &self,
        credentials: Credentials,
        region: &str,
        now: SystemTime,
    ) -> Result<Zeroizing<String>, Fault> {
        let failed = |error: &(dyn std::error::Error + 'static)| {
            let said = format!("signing an address for {}: {}", self.authority, chain(error));
            Fault::new("AWS", Trouble::Setting, said)
        };
        let mut address = format!("{}/", self.authority);
        let mut separator = '?';
        for (name, value) in &self.query {
            push(&mut address, separator, name, value);
            separator = '&';
        }
        let mut settings = SigningSettings::default();
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(VALID);
        let identity = credentials.into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name(self.service)
            .time(now)
            .settings(settings)
            .build()
            .map_err(|error| failed(&error))?;
        let url = format!("https://{address}");
        let request = SignableRequest::new("GET", url, std::iter::empty(), SignableBody::empty())
            .map_err(|error| failed(&error))?;
        let (signature, _) = sign(request, &parameters.into()).map_err(|error| failed(&error))?.into_parts();
        for (name, value) in signature.params() {
            push(&mut address, '&', name, value);
        }
        Ok(Zeroizing::new(address))
    }
}

/// Adds a parameter; everything but the unreserved characters of RFC 3986 is escaped.
fn push(address: &mut String, separator: char, name: &str, value: &str) {
    address.push(separator);
    address.push_str(name);
    address.push('=');
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            let _ = write!(address, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, path::Path, process::Command, time::UNIX_EPOCH};

    use super::*;
    use crate::{cache_tokens::CacheSignIn, rds_tokens::rds_sign_in};

    /// What botocore, on which AWS's own tools stand, makes of the same, at the same moment.
    const BOTOCORE: &str = r"
import datetime, json, sys
import botocore.auth, botocore.session
from botocore.model import ServiceId
from botocore.signers import RequestSigner, add_generate_db_auth_token
from urllib.parse import urlencode
asked = json.loads(sys.argv[1])
moment = datetime.datetime.fromtimestamp(asked['now'], datetime.timezone.utc)
botocore.auth.get_current_datetime = lambda *a, **k: moment.replace(tzinfo=None)
session = botocore.session.get_session()
session.set_credentials('AKIDEXAMPLE', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', asked['token'])
if asked['kind'] == 'rds':
    client = session.create_client('rds', region_name='eu-west-2')
    print(client.generate_db_auth_token(asked['host'], asked['port'], asked['user']))
else:
    signer = RequestSigner(ServiceId('elasticache'), 'eu-west-2', 'elasticache', 'v4', session.get_credentials(),
                           session.get_component('event_emitter'))
    query = {'Action': 'connect', 'User': asked['user']}
    if asked['kind'] == 'serverless':
        query['ResourceType'] = 'ServerlessCache'
    request = {'method': 'GET', 'url': 'https://' + asked['host'] + '/?' + urlencode(query), 'body': {}, 'headers': {},
               'context': {}}
    url = signer.generate_presigned_url(request, operation_name='connect', expires_in=900, region_name='eu-west-2')
    print(url.removeprefix('https://'))
";
    const NOW: u64 = 1_790_000_000;

    fn botocore(asked: serde_json::Value) -> String {
        let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/moto/bin/python");
        let mut command = Command::new(&python);
        command.args(["-c", BOTOCORE, &asked.to_string()]);
        let said = command.output().unwrap_or_else(|error| panic!("{}: {error}: run xtask setup", python.display()));
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        String::from_utf8(said.stdout).unwrap().trim().to_owned()
    }

    fn signed(sign_in: &SignIn, session: Option<&str>) -> String {
        let key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        let credentials = Credentials::new("AKIDEXAMPLE", key, session.map(str::to_owned), None, "test");
        let now = UNIX_EPOCH + Duration::from_secs(NOW);
        sign_in.signed(credentials, "eu-west-2", now).unwrap().to_string()
    }

    /// The parts: order in a query means nothing, signatures are made over the sorted one.
    fn parts(address: &str) -> (&str, BTreeMap<&str, &str>) {
        let (authority, query) = address.split_once("/?").unwrap();
        (authority, query.split('&').map(|part| part.split_once('=').unwrap()).collect())
    }

    #[test]
    fn tokens_are_those_that_botocore_makes() {
        let host = "plimsoll-database.cluster-abc.eu-west-2.rds.amazonaws.com";
        // As temporary credentials have it, with what must be escaped.
        for session in [None, Some("IQoJb3JpZ2luX2VjEA+/=example==")] {
            for user in ["plimsoll", "a b+c"] {
                let asked = serde_json::json!({"kind": "rds", "host": host, "port": 5432, "user": user, "now": NOW,
                    "token": session});
                let ours = signed(&rds_sign_in(host, 5432, user), session);
                let (authority, query) = parts(&ours);
                // botocore leaves a blank in the query as `+`; AWS's other SDKs write `%20`, as RFC 3986 has it.
                let theirs = botocore(asked).replace("a+b", "a%20b");
                assert_eq!((authority, &query), (parts(&theirs).0, &parts(&theirs).1));
                assert_eq!((query["X-Amz-Expires"], query["X-Amz-SignedHeaders"]), ("900", "host"));
            }
            for is_serverless in [false, true] {
                let kind = if is_serverless { "serverless" } else { "cache" };
                let asked = serde_json::json!({"kind": kind, "host": "plimsoll-cache", "user": "plimsoll-plimsoll",
                    "now": NOW, "token": session});
                let cache = CacheSignIn {
                    cache: "plimsoll-cache".to_owned(),
                    is_serverless,
                    user: "plimsoll-plimsoll".to_owned(),
                };
                let (ours, theirs) = (signed(&cache.sign_in(), session), botocore(asked));
                assert_eq!(parts(&ours), parts(&theirs));
            }
        }
    }
}
