//! Positions: a chain and a place in it, as one number.

use crate::{Error, Result};

/// Bits that hold the place in a chain.
const SEQUENCE_BITS: u32 = 40;

/// Chains that there may be.
pub(crate) const MAX_CHAINS: u32 = 1 << 23;

/// A place in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The chain.
    pub chain: u32,
    /// Place in the chain, from 0.
    pub sequence: u64,
}

impl Position {
    /// As tables hold it: chain · 2^40 + sequence.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there can be no such place.
    pub(crate) fn number(self) -> Result<i64> {
        if self.chain >= MAX_CHAINS || self.sequence >> SEQUENCE_BITS != 0 {
            return Err(Error::Invalid(format!(
                "no place {} in chain {}: the ledger's bounds",
                self.sequence, self.chain
            )));
        }
        let number = u64::from(self.chain) << SEQUENCE_BITS | self.sequence;
        i64::try_from(number).map_err(|_| Error::Invalid(format!("no chain {}", self.chain)))
    }

    /// From what tables hold.
    pub(crate) fn from_number(number: i64) -> Result<Self> {
        let number = u64::try_from(number).map_err(|_| Error::Corrupt(format!("position {number}")))?;
        let chain = u32::try_from(number >> SEQUENCE_BITS).map_err(|_| Error::Corrupt(format!("position {number}")))?;
        Ok(Self { chain, sequence: number & ((1 << SEQUENCE_BITS) - 1) })
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_CHAINS, Position};

    #[test]
    fn numbers_and_positions_are_one_to_one() {
        for (chain, sequence) in [(0, 0), (0, 1), (1, 0), (MAX_CHAINS - 1, (1 << 40) - 1)] {
            let position = Position { chain, sequence };
            assert_eq!(Position::from_number(position.number().unwrap()).unwrap(), position);
        }
        assert!(Position { chain: MAX_CHAINS, sequence: 0 }.number().is_err());
        assert!(Position { chain: 0, sequence: 1 << 40 }.number().is_err());
    }
}
