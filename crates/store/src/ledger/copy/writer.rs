//! Writing a copy.

use std::{collections::BTreeMap, io::Write};

use super::frame::{CHECKPOINT, Checkpoints, ENTRY, Header, OPEN, Trailer};
use crate::ledger::{
    Checkpoint, Entry, Hash, Hasher, Head, LedgerError, MAX_CHAINS, Opening, entry::check, tree::Frontier,
};

/// Writes a copy: the entries of each chain in their order, each checkpoint where all that it gathers has been written
/// and nothing after it.
///
/// Hashes are written as they are handed in: what was altered in a ledger shows in its copy.
#[derive(Debug)]
pub struct ExportWriter<W> {
    out: W,
    digest: Hasher,
    header: Hash,
    chains: BTreeMap<u32, (Hash, Frontier)>,
    checkpoints: Checkpoints,
    line: Vec<u8>,
}

/// What a copy holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// How far each chain came.
    pub heads: Vec<Head>,
    /// Checkpoints.
    pub checkpoints: u64,
    /// SHA-256 of all bytes before the last line, which states it.
    pub sha256: Hash,
}

impl<W: Write> ExportWriter<W> {
    /// Writes the first line. Many small pieces are written: hand in a buffered writer.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn new(out: W, header: &Header) -> Result<Self, LedgerError> {
        let text = header.text();
        let (digest, hash) = (Hasher::default(), Hash::of(&[text.as_bytes()]));
        let (chains, checkpoints) = (BTreeMap::new(), Checkpoints::default());
        let mut writer = Self { out, digest, header: hash, chains, checkpoints, line: text.into_bytes() };
        writer.end_line()?;
        Ok(writer)
    }

    /// Writes an entry.
    ///
    /// # Errors
    /// Where the entry is not the next of its chain, or its body is not one; those of the writer.
    pub fn entry(&mut self, entry: &Entry) -> Result<(), LedgerError> {
        let Entry { chain, sequence, hash, body } = entry;
        let opening = Opening::parse(body.as_bytes())?;
        check(body.as_bytes())?;
        let next = self.chains.get(chain).map_or(0, |(_, frontier)| frontier.size());
        if (opening.chain, opening.sequence) != (*chain, *sequence) || *sequence != next {
            return Err(LedgerError::Copy(format!(
                "entry {next} of chain {chain} is to be written next; entry {sequence}, whose body says entry {} of chain {}, was handed in",
                opening.sequence, opening.chain
            )));
        }
        if self.chains.len() >= MAX_CHAINS && next == 0 {
            return Err(LedgerError::Copy(format!("it has more than {MAX_CHAINS} chains")));
        }
        self.framed(hash, ENTRY, body)?;
        let (last, frontier) = self.chains.entry(*chain).or_default();
        *last = *hash;
        frontier.append(hash, |_| {});
        Ok(())
    }

    /// Writes a checkpoint.
    ///
    /// # Errors
    /// Where it gathers other entries than have been written, or its number is not the next; those of the writer.
    pub fn checkpoint(&mut self, checkpoint: &Checkpoint) -> Result<(), LedgerError> {
        let number = checkpoint.signed.statement.number;
        let sizes = checkpoint.heads.iter().filter(|head| head.size > 0).map(|head| (head.chain, head.size));
        let written = self.chains.iter().map(|(chain, (_, frontier))| (*chain, frontier.size()));
        if number != self.checkpoints.count || !sizes.eq(written) {
            return Err(LedgerError::Copy(format!(
                "checkpoint {number} cannot stand here: {} is to be written next, after all entries that it gathers and before any other",
                self.checkpoints.count
            )));
        }
        let hash = checkpoint.hash();
        self.framed(&hash, CHECKPOINT, &checkpoint.text())?;
        self.checkpoints = Checkpoints { count: number + 1, hash };
        Ok(())
    }

    /// Writes the last line.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(mut self) -> Result<(W, Exported), LedgerError> {
        let head = |(chain, (hash, frontier)): (&u32, &(Hash, Frontier))| Head {
            chain: *chain,
            size: frontier.size(),
            hash: *hash,
            root: frontier.root(),
        };
        let chains: Vec<Head> = self.chains.iter().map(head).collect();
        let sha256 = self.digest.clone().finish();
        let (header, checkpoints) = (self.header, self.checkpoints);
        let trailer = Trailer { header, chains, checkpoints, sha256 };
        self.line = trailer.text().into_bytes();
        self.end_line()?;
        self.out.flush()?;
        Ok((self.out, Exported { heads: trailer.chains, checkpoints: checkpoints.count, sha256 }))
    }

    fn framed(&mut self, hash: &Hash, name: &[u8], content: &str) -> Result<(), LedgerError> {
        for part in [OPEN, &hash.to_hex(), name, content.as_bytes(), b"}"] {
            self.line.extend_from_slice(part);
        }
        self.end_line()
    }

    fn end_line(&mut self) -> Result<(), LedgerError> {
        self.line.push(b'\n');
        self.digest.update(&self.line);
        self.out.write_all(&self.line)?;
        self.line.clear();
        Ok(())
    }
}
