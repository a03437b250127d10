//! Proof documents: all that is needed to check, without the ledger, that an entry belongs to it.

use serde::{Deserialize, Serialize};

use super::{
    Checkpoint, Entry, Hash, Head, LedgerError, Opening, PublicKey, SignedStatement,
    entry::check,
    entry_hash,
    tree::{InclusionProof, Nodes, prove_inclusion},
};

/// The longest proof document that is read, in bytes: a body of the greatest length with each character escaped, and
/// room for the paths.
pub const MAX_PROOF: usize = 4 << 20;
const FORMAT: &str = "plimsoll-ledger-proof";

/// A proof document. How its JSON is laid out does not matter; the body is a text within it and stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    format: String,
    format_version: u32,
    /// The entry's body, exactly as the ledger keeps it.
    pub body: String,
    /// The hash of the entry before it in its chain; zeros where it is the first.
    pub previous: Hash,
    /// The entry's hash: SHA-256 of `previous` and the body.
    pub hash: Hash,
    /// That the hash is a leaf of its chain's tree.
    pub entry_proof: InclusionProof,
    /// The head of the chain, with the root of that tree.
    pub head: Head,
    /// That the head's line is a leaf of the checkpoint's tree.
    pub head_proof: InclusionProof,
    /// The checkpoint, without its heads.
    pub checkpoint: SignedStatement,
}

impl Proof {
    /// Proves that an entry belongs to what a checkpoint gathers. `nodes` holds what
    /// [`inclusion_needs`](super::tree::inclusion_needs) of the entry's position and the size of its chain's head lists.
    ///
    /// # Errors
    /// Where the checkpoint does not reach as far as the entry, a node is missing, or the nodes do not lead to the root.
    pub fn new<N: Nodes + ?Sized>(
        previous: &Hash,
        entry: &Entry,
        checkpoint: &Checkpoint,
        nodes: &N,
    ) -> Result<Self, LedgerError> {
        let (head, head_proof) = checkpoint.prove_head(entry.chain)?;
        let proof = Self {
            format: FORMAT.into(),
            format_version: 1,
            body: entry.body.clone(),
            previous: *previous,
            hash: entry.hash,
            entry_proof: prove_inclusion(entry.sequence, head.size, nodes)?,
            head,
            head_proof,
            checkpoint: checkpoint.signed.clone(),
        };
        proof.check()?;
        Ok(proof)
    }

    /// The document.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Texts and numbers always serialise.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// The members that the body opens with.
    ///
    /// # Errors
    /// Where the body is none; never after [`verify_proof`].
    pub fn opening(&self) -> Result<Opening<'_>, LedgerError> {
        Opening::parse(self.body.as_bytes())
    }

    /// What the proof rests on, each by itself: the entry's hash is that of its body and of the hash before; the hash is a leaf
    /// of its chain's tree; the chain's head is a leaf of the checkpoint's; the checkpoint was signed by the key. All four hold,
    /// or the proof does not.
    pub fn steps(&self, key: &PublicKey) -> [Result<(), LedgerError>; 4] {
        [self.check_entry(), self.check_chain(), self.check_head(), self.checkpoint.verify(key)]
    }

    /// Everything but the signature.
    fn check(&self) -> Result<(), LedgerError> {
        self.check_entry()?;
        self.check_chain()?;
        self.check_head()
    }

    fn check_entry(&self) -> Result<(), LedgerError> {
        let Self { format, format_version, body, previous, hash, .. } = self;
        if format != FORMAT || *format_version != 1 {
            return Err(LedgerError::Document(format!(
                "its format is not {FORMAT:?}, version 1; a newer release may read it"
            )));
        }
        let opening = Opening::parse(body.as_bytes())?;
        check(body.as_bytes())?;
        if entry_hash(previous, body.as_bytes()) != *hash {
            return refused("the entry's hash is not that of its body and of the hash before");
        }
        if (opening.sequence == 0) != (*previous == Hash::ZERO) {
            return refused("the first entry, and only the first, has zeros before it");
        }
        Ok(())
    }

    fn check_chain(&self) -> Result<(), LedgerError> {
        let Self { hash, entry_proof, head, .. } = self;
        let opening = self.opening()?;
        if opening.chain != head.chain {
            return refused(format!("the entry is of chain {}, the head of chain {}", opening.chain, head.chain));
        }
        if opening.sequence != entry_proof.sequence || entry_proof.size != head.size {
            return refused("the path is for another place or another size than the entry's and the head's");
        }
        if opening.sequence.checked_add(1) == Some(head.size) && *hash != head.hash {
            return refused("the entry is the last of its chain, and its hash is not the head's");
        }
        entry_proof.verify(hash.as_bytes(), &head.root)
    }

    fn check_head(&self) -> Result<(), LedgerError> {
        let Self { head, head_proof, checkpoint, .. } = self;
        if head_proof.size != checkpoint.statement.chains {
            return refused("the head's path is for another number of chains than the checkpoint's");
        }
        if head.size > checkpoint.statement.size {
            return refused("the head has more entries than the checkpoint");
        }
        head_proof.verify(head.line().as_bytes(), &checkpoint.statement.root)
    }
}

fn refused(reason: impl Into<String>) -> Result<(), LedgerError> {
    Err(LedgerError::Proof(reason.into()))
}

/// Checks a proof document against the public key, without anything else: the body hashes to the entry, the entry
/// belongs to its chain, the chain to the checkpoint, and the checkpoint was signed by the key.
///
/// # Errors
/// Says which of these does not hold, or why the document is none.
pub fn verify_proof(json: &[u8], key: &PublicKey) -> Result<Proof, LedgerError> {
    if json.len() > MAX_PROOF {
        return Err(LedgerError::Document(format!("it has {} bytes; {MAX_PROOF} are allowed", json.len())));
    }
    let proof: Proof = serde_json::from_slice(json).map_err(|error| LedgerError::Document(error.to_string()))?;
    proof.check()?;
    proof.checkpoint.verify(key)?;
    Ok(proof)
}
