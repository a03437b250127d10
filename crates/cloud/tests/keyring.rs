//! The keyring of KMS: what it wraps opens for the same purpose only, what it refuses is said in a sentence that helps, and a
//! whole store stands on it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod emulated;

use std::{process::Command, sync::Arc, time::Duration};

use aws_sdk_kms::types::{KeySpec, KeyUsageType};
use cloud::{Account, KmsKeyring, KmsName, SignedByKms};
use emulated::{REGION, account};
use store::{
    Change, DatabaseOptions, FileKeyring, KeyLimits, KeyUse, Keyring, NewEntry, PostgresOptions, Purpose, Rewrap,
    ScoreIndex, Store, StoreOptions, Successor, Whose, WriterOptions,
};
use testbed::{Moto, Postgres, Proxy, Way};
use uuid::Uuid;

const OF: KeyUse = KeyUse { id: Uuid::from_u128(7), purpose: Purpose::Applicants };

async fn encrypting(account: &Account) -> String {
    let made = account.kms().create_key().key_usage(KeyUsageType::EncryptDecrypt).send().await.unwrap();
    made.key_metadata.unwrap().arn.unwrap()
}

async fn signing(account: &Account, spec: KeySpec) -> String {
    let made = account.kms().create_key().key_usage(KeyUsageType::SignVerify).key_spec(spec).send().await.unwrap();
    made.key_metadata.unwrap().arn.unwrap()
}

async fn keyring(account: &Account, name: &str) -> KmsKeyring {
    KmsKeyring::open(account, &name.parse().unwrap()).await.unwrap()
}

/// The id in an ARN: the emulator takes no more for some operations.
fn id(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap()
}

fn here() -> Account {
    account(&Moto::shared().url(), REGION)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrapped_opens_for_the_same_purpose_only_and_stays_with_the_key_behind_an_alias() {
    let account = here();
    let arn = encrypting(&account).await;
    account.kms().create_alias().alias_name("alias/keyring-test").target_key_id(&arn).send().await.unwrap();
    let by_alias = keyring(&account, "alias/keyring-test").await;
    assert_eq!(by_alias.name(), format!("kms:{arn}"));
    let wrapped = by_alias.wrap(OF, &[7; 32]).await.unwrap();
    assert_eq!(by_alias.unwrap(OF, by_alias.name(), &wrapped).await.unwrap().as_slice(), [7; 32]);
    for other in [KeyUse { id: Uuid::from_u128(8), ..OF }, KeyUse { purpose: Purpose::Lookup, ..OF }] {
        let refused = by_alias.unwrap(other, by_alias.name(), &wrapped).await.unwrap_err().to_string();
        assert!(refused.contains("did not wrap that, or not for this purpose"), "{refused}");
    }
    // The alias moves on: what the former key wrapped still opens, under the name that is stored with it.
    let next = encrypting(&account).await;
    account.kms().update_alias().alias_name("alias/keyring-test").target_key_id(&next).send().await.unwrap();
    let moved = keyring(&account, "alias/keyring-test").await;
    assert_eq!(moved.name(), format!("kms:{next}"));
    assert_eq!(moved.unwrap(OF, by_alias.name(), &wrapped).await.unwrap().as_slice(), [7; 32]);
    let refused = moved.unwrap(OF, "file:x", &wrapped).await.unwrap_err().to_string();
    assert!(refused.contains("`file:x`") && refused.contains("keyring rewrap --from"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_says_which_key_what_was_done_and_what_to_do() {
    let account = here();
    let arn = encrypting(&account).await;
    let open = keyring(&account, &arn).await;
    let says = |error: store::Error, parts: &[&str]| {
        let said = error.to_string();
        for part in parts {
            assert!(said.contains(part), "{part:?} is not in {said:?}");
        }
        assert!(!error.is_temporary(), "{said}");
    };
    let opening = async |name: &str| -> store::Error {
        match KmsKeyring::open(&account, &name.parse().unwrap()).await {
            Ok(_) => panic!("{name} opens"),
            Err(fault) => fault.into(),
        }
    };
    account.kms().disable_key().key_id(id(&arn)).send().await.unwrap();
    says(opening(&arn).await, &[&arn, "disabled", "aws kms enable-key --key-id"]);
    account.kms().schedule_key_deletion().key_id(id(&arn)).pending_window_in_days(7).send().await.unwrap();
    says(opening(&arn).await, &[&arn, "deletion is pending", "aws kms cancel-key-deletion"]);
    says(
        opening("alias/nobody").await,
        &["kms:DescribeKey", "alias/nobody", "check the name, the region and the account"],
    );
    says(opening("arn:aws:kms:us-east-1:123456789012:key/x").await, &["one of us-east-1", "set AWS_REGION=us-east-1"]);
    let of_other_usage = signing(&account, KeySpec::EccNistP256).await;
    says(opening(&of_other_usage).await, &["does not encrypt", "ENCRYPT_DECRYPT"]);
    let of_other_curve: KmsName = signing(&account, KeySpec::EccNistP384).await.parse().unwrap();
    let refused = SignedByKms::open(&account, &of_other_curve, Arc::new(open)).await.err().unwrap();
    says(refused.into(), &[of_other_curve.as_str(), "ECC_NIST_P256", "SIGN_VERIFY"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_names_the_action_and_the_key_and_a_denial_whoever_was_denied() {
    let arn = encrypting(&here()).await;
    let proxy = Proxy::to(Moto::shared().address());
    let denied = keyring(&account(&proxy.url(), REGION), &arn).await;
    let role =
        "User: arn:aws:sts::123456789012:assumed-role/plimsoll-api/task is not authorized to perform: kms:Decrypt";
    let body = format!(r#"{{"__type":"AccessDeniedException","Message":"{role}"}}"#);
    proxy.set(Way::Answering("400 Bad Request", body));
    let error = denied.unwrap(OF, denied.name(), b"wrapped").await.unwrap_err().to_string();
    for part in ["kms:Decrypt", &arn, "assumed-role/plimsoll-api", "the key's policy", "policy of the role"] {
        assert!(error.contains(part), "{part:?} is not in {error:?}");
    }
    // The emulator lets a key be used that is disabled; KMS answers so.
    for (code, message, part) in [
        ("DisabledException", "is disabled.", "aws kms enable-key --key-id"),
        ("KMSInvalidStateException", "is pending deletion.", "aws kms cancel-key-deletion"),
    ] {
        let body = format!(r#"{{"__type":"{code}","message":"{arn} {message}"}}"#);
        proxy.set(Way::Answering("400 Bad Request", body));
        let error = denied.wrap(OF, &[7; 32]).await.unwrap_err();
        let said = error.to_string();
        assert!(said.contains("kms:Encrypt") && said.contains(&arn) && said.contains(part), "{said}");
        assert!(!error.is_temporary(), "{said}");
    }
    proxy.set(Way::Closed);
    let error = denied.unwrap(OF, denied.name(), b"wrapped").await.unwrap_err();
    assert!(error.is_temporary(), "{error}");
}

struct Place {
    database: DatabaseOptions,
    account: Account,
}

impl Place {
    fn new() -> Self {
        let database = DatabaseOptions::Postgres(PostgresOptions::new(Postgres::shared().database()));
        Self { database, account: here() }
    }

    async fn keyring(&self, wrapping: &str, signing: &str) -> Arc<dyn Keyring> {
        let wraps = Arc::new(keyring(&self.account, wrapping).await);
        Arc::new(SignedByKms::open(&self.account, &signing.parse().unwrap(), wraps).await.unwrap())
    }

    async fn open(&self, keyring: Arc<dyn Keyring>) -> store::Result<Store> {
        let (database, writer) = (self.database.clone(), WriterOptions::default());
        Store::open(StoreOptions { database, keyring, writer }).await
    }
}

async fn score(store: &Store, reference: &str) -> Uuid {
    let members = format!(r#""score":612,"model":"sha256:{}","decision":"approve""#, "07".repeat(32));
    let score = Some(ScoreIndex { model: [7; 32], decision: 1, score: 612.0 });
    let entry = NewEntry { kind: "score", id: None, members, personal: None, score };
    let entry = entry.about(Whose::Reference(reference.to_owned()), b"{}".to_vec());
    store.record(Change::entry(entry)).await.unwrap()[0].id
}

async fn finds(store: &Store, reference: &str) -> bool {
    let found = store.applicant_by_reference(reference).await.unwrap();
    found.is_some_and(|found| found.reference.is_some_and(|found| found.as_str() == reference))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_stands_on_it_and_its_checkpoints_verify_without_it() {
    let place = Place::new();
    let (wrapping, signs) = (encrypting(&place.account).await, signing(&place.account, KeySpec::EccNistP256).await);
    let store = place.open(place.keyring(&wrapping, &signs).await).await.unwrap();
    let score = score(&store, "A").await;
    let (checkpoint, key) = (store.checkpoint().await.unwrap(), store.public_key().unwrap());
    let position = store.position_of_score(score).await.unwrap();
    let proof = store.prove(position).await.unwrap();
    store.close().await;

    assert!(key.to_string().starts_with("ecdsa-p256:"), "{key}");
    store::ledger::verify_proof(proof.to_json().as_bytes(), &key.to_string().parse().unwrap()).unwrap();
    let audited = store::Audit::open(&place.database).await.unwrap().verify(std::slice::from_ref(&key)).await.unwrap();
    assert!(audited.is_sound() && audited.signatures == 1, "{:?}", audited.findings);
    by_openssl(&checkpoint, &key.to_string());

    let again = place.open(place.keyring(&wrapping, &signs).await).await.unwrap();
    assert!(finds(&again, "A").await);
    again.close().await;
}

/// As `docs/ledger.md` says it.
fn by_openssl(checkpoint: &store::ledger::Checkpoint, key: &str) {
    let guide = include_str!("../../../docs/ledger.md");
    let script = guide.split("```sh\n").find(|part| part.contains("openssl")).unwrap().split("```").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("checkpoint.json"), checkpoint.text()).unwrap();
    let run = |script: &str| {
        let output = Command::new("bash").args(["-euc", script]).env("KEY", key).current_dir(folder.path()).output();
        let output = output.unwrap();
        (
            output.status.success(),
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr),
        )
    };
    let (verified, said) = run(script);
    assert!(verified && said.contains("Verified OK"), "{said}");
    let altered = checkpoint.text().replacen("\"size\":1", "\"size\":2", 1);
    std::fs::write(folder.path().join("checkpoint.json"), altered).unwrap();
    let (verified, said) = run(script);
    assert!(!verified && !said.contains("Verified OK"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_follow_a_new_key_and_keys_follow_the_key_that_wraps() {
    let place = Place::new();
    let (first, second) = (encrypting(&place.account).await, encrypting(&place.account).await);
    let signs = signing(&place.account, KeySpec::EccNistP256).await;
    let one = place.open(place.keyring(&first, &signs).await).await.unwrap();
    let other = place.open(place.keyring(&first, &signs).await).await.unwrap();
    let limits = KeyLimits { seals: 1, ..KeyLimits::default() };
    score(&one, "A").await;
    one.tend_keys(limits).await.unwrap();
    score(&one, "B").await;
    assert!(finds(&other, "B").await, "it learns of the key that wraps B when it meets it");
    // A rotation by hand: another key of KMS. The first that starts with it has all keys wrapped anew.
    let rotated = place.open(place.keyring(&second, &signs).await).await.unwrap();
    rotated.tend_keys(KeyLimits::default()).await.unwrap();
    let keys = rotated.service_keys().await.unwrap();
    assert!(keys.len() == 4 && keys.iter().all(|key| key.keyring == format!("kms:{second}")), "{keys:?}");
    // Those that run go on, also with keys that the other one makes.
    rotated.renew_key().await.unwrap();
    score(&rotated, "C").await;
    assert!(finds(&one, "C").await && finds(&other, "A").await && finds(&rotated, "B").await);
    // Wrapped longer ago than is said: again.
    assert_eq!(rotated.rewrap_keys(Rewrap::Older(Duration::ZERO)).await.unwrap().len(), 5);
    place.account.kms().disable_key().key_id(id(&first)).send().await.unwrap();
    let alone = place.open(place.keyring(&second, &signs).await).await.unwrap();
    assert!(finds(&alone, "A").await && finds(&alone, "B").await && finds(&alone, "C").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_moves_from_a_file_to_kms() {
    let place = Place::new();
    let folder = tempfile::tempdir().unwrap();
    let file = || Arc::new(FileKeyring::open(&folder.path().join("keyring.json")).unwrap());
    let store = place.open(file()).await.unwrap();
    score(&store, "A").await;
    let former = (store.checkpoint().await.unwrap(), store.public_key().unwrap());
    store.close().await;
    let (wraps, signs) = (encrypting(&place.account).await, signing(&place.account, KeySpec::EccNistP256).await);
    let refused = place.open(place.keyring(&wraps, &signs).await).await.unwrap_err().to_string();
    assert!(refused.contains("keyring rewrap --from"), "{refused}");
    let present = place.keyring(&wraps, &signs).await;
    let both = place.open(Arc::new(Successor::new(present, file()))).await.unwrap();
    assert_eq!(both.rewrap_keys(Rewrap::All).await.unwrap().len(), 3);
    both.close().await;
    let store = place.open(place.keyring(&wraps, &signs).await).await.unwrap();
    assert!(finds(&store, "A").await);
    let checkpoint = store.checkpoint().await.unwrap();
    checkpoint.check_follows(&former.0).unwrap();
    let keys = [store.public_key().unwrap(), former.1];
    let audited = store::Audit::open(&place.database).await.unwrap().verify(&keys).await.unwrap();
    assert!(audited.is_sound() && audited.signatures == 2, "{:?}", audited.findings);
}
