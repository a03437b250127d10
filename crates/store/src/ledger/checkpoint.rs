//! Checkpoints: the heads of all chains at one moment, gathered in a tree and signed.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use super::{
    Hash, Head, LedgerError,
    opening::is_timestamp,
    public_key::{Algorithm, PublicKey},
    signature::Signer,
    tree::{Frontier, InclusionProof, leaf_hash, prove_inclusion},
};

/// The most chains that a checkpoint can gather.
pub const MAX_CHAINS: usize = 65_536;
/// The longest origin, in bytes.
const MAX_ORIGIN: usize = 200;
const FORMAT: &str = "plimsoll-ledger-checkpoint";

/// What a checkpoint's signature covers. Its text is its JSON in this order, without white space; the root of the tree
/// over the heads' lines binds the heads, so that a proof need not carry them all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    format: String,
    format_version: u32,
    /// The ledger's own name; the same in all of its checkpoints.
    pub origin: String,
    /// From 0, without gaps.
    pub number: u64,
    /// When it was made: RFC 3339, UTC, six decimals.
    pub time: String,
    /// The hash of the checkpoint before; zeros in the first.
    pub previous: Hash,
    /// Chains.
    pub chains: u64,
    /// Entries of all chains.
    pub size: u64,
    /// The root of the tree over the heads' lines, in the order of their chains.
    pub root: Hash,
    /// How it is signed.
    pub algorithm: Algorithm,
    /// [`PublicKey::id`] of the key that signed.
    pub key_id: String,
}

/// A statement and its signature: what a proof carries of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedStatement {
    /// What is signed.
    pub statement: Statement,
    /// The signature's bytes.
    pub signature: Vec<u8>,
}

/// A signed statement with the heads that it gathers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// What is signed, and the signature.
    pub signed: SignedStatement,
    /// The heads, by chain.
    pub heads: Vec<Head>,
}

/// A checkpoint that is to be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    statement: Statement,
    heads: Vec<Head>,
}

fn refused(reason: impl Into<String>) -> LedgerError {
    LedgerError::Checkpoint(reason.into())
}

impl Draft {
    /// Gathers the heads. `time` is made by [`timestamp`](super::timestamp); `previous` is the checkpoint before.
    ///
    /// # Errors
    /// Where the heads are not in ascending order of their chains, a chain went back since the checkpoint before, or a
    /// limit is passed.
    pub fn new(
        origin: &str,
        time: &str,
        previous: Option<&Checkpoint>,
        heads: Vec<Head>,
        key: &PublicKey,
    ) -> Result<Self, LedgerError> {
        let size = heads.iter().try_fold(0_u64, |sum, head| sum.checked_add(head.size));
        let statement = Statement {
            format: FORMAT.into(),
            format_version: 1,
            origin: origin.into(),
            number: previous.map_or(0, |previous| previous.signed.statement.number.saturating_add(1)),
            time: time.into(),
            previous: previous.map_or(Hash::ZERO, Checkpoint::hash),
            chains: heads.len() as u64,
            size: size.ok_or_else(|| refused("it has more than 2^64 entries"))?,
            root: root(&heads),
            algorithm: key.algorithm(),
            key_id: key.id(),
        };
        statement.check()?;
        check_heads(&statement, &heads)?;
        let draft = Self { statement, heads };
        if let Some(previous) = previous {
            follows(&draft.statement, &draft.heads, previous)?;
        }
        Ok(draft)
    }

    /// What is to be signed.
    #[must_use]
    pub fn text(&self) -> String {
        self.statement.text()
    }

    /// The checkpoint with its signature, which is not checked here.
    #[must_use]
    pub fn signed(self, signature: Vec<u8>) -> Checkpoint {
        Checkpoint { signed: SignedStatement { statement: self.statement, signature }, heads: self.heads }
    }

    /// Has it signed by a key at hand.
    ///
    /// # Errors
    /// Those of the signer.
    pub fn sign(self, signer: &impl Signer) -> Result<Checkpoint, LedgerError> {
        let signature = signer.sign(self.text().as_bytes())?;
        Ok(self.signed(signature))
    }
}

impl Statement {
    /// The signed bytes.
    #[must_use]
    pub fn text(&self) -> String {
        // Texts and numbers always serialise.
        serde_json::to_string(self).unwrap_or_default()
    }

    fn check(&self) -> Result<(), LedgerError> {
        if self.format != FORMAT || self.format_version != 1 {
            return Err(refused(format!("its format is not {FORMAT:?}, version 1; a newer release may read it")));
        }
        let plain = |text: &str| text.len() <= MAX_ORIGIN && !text.chars().any(char::is_control);
        if self.origin.is_empty() || !plain(&self.origin) || !plain(&self.key_id) {
            return Err(refused(format!("its origin and key are texts of at most {MAX_ORIGIN} bytes on one line")));
        }
        if !is_timestamp(self.time.as_bytes()) {
            return Err(refused("its time is not like 2026-01-31T09:30:00.000000Z"));
        }
        if (self.number == 0) != (self.previous == Hash::ZERO) {
            return Err(refused("the first, and only the first, has no hash of the one before"));
        }
        Ok(())
    }
}

impl SignedStatement {
    /// The canonical text: the statement with `signature` (base64) as its last member.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.statement.text();
        text.pop();
        text + ",\"signature\":\"" + &STANDARD.encode(&self.signature) + "\"}"
    }

    /// SHA-256 of the canonical text: what the next checkpoint calls `previous`.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(&[self.text().as_bytes()])
    }

    /// Checks the signature.
    ///
    /// # Errors
    /// [`LedgerError::Signature`], also where another key is named than the one at hand.
    pub fn verify(&self, key: &PublicKey) -> Result<(), LedgerError> {
        let Statement { number, key_id, algorithm, .. } = &self.statement;
        let named = *key_id == key.id() && *algorithm == key.algorithm();
        if named && key.verifies(self.statement.text().as_bytes(), &self.signature) {
            return Ok(());
        }
        Err(LedgerError::Signature { number: *number, key_id: key_id.clone() })
    }
}

impl Checkpoint {
    /// The canonical text: the signed statement with `heads` as its last member.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.signed.text();
        text.pop();
        text.push_str(",\"heads\":[");
        for (place, head) in self.heads.iter().enumerate() {
            if place > 0 {
                text.push(',');
            }
            text.push_str(&head.line());
        }
        text + "]}"
    }

    /// Reads the canonical text and checks that the heads are those that the statement gathers. The signature is not
    /// checked.
    ///
    /// # Errors
    /// Where it is not the canonical text, or contradicts itself.
    pub fn parse(text: &[u8]) -> Result<Self, LedgerError> {
        let wire: Wire = serde_json::from_slice(text).map_err(|error| refused(error.to_string()))?;
        let (signed, heads) = wire.parts()?;
        let checkpoint = Self { signed, heads: heads.ok_or_else(|| refused("its heads are missing"))? };
        check_heads(&checkpoint.signed.statement, &checkpoint.heads)?;
        if checkpoint.text().as_bytes() != text {
            return Err(refused("it is not written as its format prescribes (order, white space, escapes)"));
        }
        Ok(checkpoint)
    }

    /// [`SignedStatement::hash`].
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.signed.hash()
    }

    /// Checks the signature.
    ///
    /// # Errors
    /// [`LedgerError::Signature`].
    pub fn verify(&self, key: &PublicKey) -> Result<(), LedgerError> {
        self.signed.verify(key)
    }

    /// Checks that this is the checkpoint after another one: numbers, hashes, and no chain lost or shortened. That the
    /// chains between the two only grew is for consistency proofs to show.
    ///
    /// # Errors
    /// [`LedgerError::Checkpoint`].
    pub fn check_follows(&self, previous: &Self) -> Result<(), LedgerError> {
        follows(&self.signed.statement, &self.heads, previous)
    }

    /// The head of a chain, and the proof that it belongs to the statement's tree.
    ///
    /// # Errors
    /// Where the checkpoint does not gather this chain.
    pub fn prove_head(&self, chain: u32) -> Result<(Head, InclusionProof), LedgerError> {
        let none = || refused(format!("it does not gather chain {chain}"));
        let place = self.heads.binary_search_by_key(&chain, |head| head.chain).map_err(|_| none())?;
        let head = self.heads.get(place).ok_or_else(none)?;
        let leaves: Vec<Hash> = self.heads.iter().map(|head| leaf_hash(head.line().as_bytes())).collect();
        Ok((*head, prove_inclusion(place as u64, leaves.len() as u64, leaves.as_slice())?))
    }
}

fn root(heads: &[Head]) -> Hash {
    let mut tree = Frontier::default();
    heads.iter().for_each(|head| tree.append_leaf(leaf_hash(head.line().as_bytes()), |_| {}));
    tree.root()
}

fn check_heads(statement: &Statement, heads: &[Head]) -> Result<(), LedgerError> {
    if heads.len() > MAX_CHAINS {
        return Err(refused(format!("it has {} chains; {MAX_CHAINS} are allowed", heads.len())));
    }
    if !heads.is_sorted_by(|a, b| a.chain < b.chain) {
        return Err(refused("its heads are not in ascending order of their chains, one each"));
    }
    if heads.len() as u64 != statement.chains || root(heads) != statement.root {
        return Err(refused("its heads are not those whose root is signed"));
    }
    let size = heads.iter().try_fold(0_u64, |sum, head| sum.checked_add(head.size));
    if size != Some(statement.size) {
        return Err(refused("its size is not the sum of its heads'"));
    }
    Ok(())
}

fn follows(statement: &Statement, heads: &[Head], previous: &Checkpoint) -> Result<(), LedgerError> {
    let before = &previous.signed.statement;
    if statement.previous != previous.hash() || Some(statement.number) != before.number.checked_add(1) {
        return Err(refused(format!("number {} does not follow number {}", statement.number, before.number)));
    }
    if statement.origin != before.origin {
        return Err(refused(format!("its origin is {:?}, the one before has {:?}", statement.origin, before.origin)));
    }
    for old in &previous.heads {
        let new = heads.binary_search_by_key(&old.chain, |head| head.chain).ok().and_then(|place| heads.get(place));
        let sound = new.is_some_and(|new| new.size > old.size || new == old);
        if !sound {
            return Err(refused(format!(
                "chain {} had {} entries before and does not go on from there",
                old.chain, old.size
            )));
        }
    }
    Ok(())
}

/// All members of the texts of this file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    format: String,
    format_version: u32,
    origin: String,
    number: u64,
    time: String,
    previous: Hash,
    chains: u64,
    size: u64,
    root: Hash,
    algorithm: Algorithm,
    key_id: String,
    signature: String,
    heads: Option<Vec<Head>>,
}

impl Wire {
    fn parts(self) -> Result<(SignedStatement, Option<Vec<Head>>), LedgerError> {
        let Self {
            format, format_version, origin, number, time, previous, chains, size, root, algorithm, key_id, ..
        } = self;
        let signature = STANDARD.decode(&self.signature).map_err(|_| refused("its signature is not base64"))?;
        let statement =
            Statement { format, format_version, origin, number, time, previous, chains, size, root, algorithm, key_id };
        statement.check()?;
        Ok((SignedStatement { statement, signature }, self.heads))
    }
}

impl Serialize for SignedStatement {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Flat<'s> {
            #[serde(flatten)]
            statement: &'s Statement,
            signature: String,
        }
        Flat { statement: &self.statement, signature: STANDARD.encode(&self.signature) }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SignedStatement {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (signed, heads) = Wire::deserialize(deserializer)?.parts().map_err(serde::de::Error::custom)?;
        if heads.is_some() {
            return Err(serde::de::Error::unknown_field("heads", &[]));
        }
        Ok(signed)
    }
}
