//! Numbers looked up: which segment of the number line.

/// Edges that are compared at once.
const LANES: usize = 8;

/// Segments of the number line between ascending, left-closed edges: segment `i` is `[edge i − 1, edge i)`.
#[derive(Debug)]
pub(crate) struct Segments {
    /// Ascending; the last block is filled up with NaN, which no number reaches.
    blocks: Box<[[f64; LANES]]>,
    /// What each segment holds, one more than edges.
    held: Box<[u32]>,
}

impl Segments {
    /// `edges` ascend and differ; `held` has one element more.
    pub(crate) fn new(edges: &[f64], held: Vec<u32>) -> Self {
        let block = |edges: &[f64]| std::array::from_fn(|lane| edges.get(lane).copied().unwrap_or(f64::NAN));
        Self { blocks: edges.chunks(LANES).map(block).collect(), held: held.into() }
    }

    /// What the segment of a number holds.
    #[inline(always)]
    pub(crate) fn find(&self, x: f64) -> Option<u32> {
        let segment = if let [block] = &*self.blocks { reached(block, x) } else { self.among_blocks(x) };
        self.held.get(segment).copied()
    }

    /// The segment among none or several blocks.
    #[inline(never)]
    fn among_blocks(&self, x: f64) -> usize {
        let begun = self.blocks.partition_point(|[first, ..]| x >= *first);
        match begun.checked_sub(1).and_then(|last| Some((last, self.blocks.get(last)?))) {
            Some((last, block)) => last * LANES + reached(block, x),
            None => 0,
        }
    }
}

/// How many edges of a block a number is at or above. Without a branch: where a number falls cannot be predicted.
#[inline(always)]
fn reached(block: &[f64; LANES], x: f64) -> usize {
    let above = |edge: f64| usize::from(x >= edge);
    // The masks keep the places within the block; they change nothing.
    let four = 4 * above(block[3]);
    let two = four + 2 * above(block[(four + 1) % LANES]);
    let one = two + above(block[two % LANES]);
    one + above(block[LANES - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_edges_as_there_may_be() {
        for count in [0, 1, 7, 8, 9, 24, 25, 32, 33, 1000] {
            let edges: Vec<f64> = (0..count).map(f64::from).collect();
            let segments = Segments::new(&edges, (0..=count).map(|i| u32::try_from(i).unwrap()).collect());
            for x in [
                -1.0,
                0.0,
                0.5,
                6.9,
                7.0,
                8.0,
                23.999,
                24.0,
                31.0,
                32.5,
                998.0,
                5000.0,
                f64::MIN,
                f64::MAX,
                f64::INFINITY,
            ] {
                let expected = edges.iter().filter(|edge| x >= **edge).count();
                assert_eq!(segments.find(x), Some(expected as u32), "{count} edges, {x}");
            }
        }
    }
}
