//! Limits on what a notice is made from and on what its templates may do.

/// A name, a code or an id, in characters.
pub(super) const NAME: usize = 200;
/// A line of an address, a telephone number, in characters.
pub(super) const LINE: usize = 200;
/// A reason's text, in characters.
pub(super) const TEXT: usize = 600;
/// Lines of an address.
pub(super) const ADDRESS_LINES: usize = 8;
/// Reasons, before the notice's own limit of principal reasons.
pub(super) const REASONS: usize = 64;
/// Consumer reporting agencies.
pub(super) const AGENCIES: usize = 8;
/// Principal reasons that the settings can ask for.
pub(super) const PRINCIPAL_REASONS: u8 = 10;
/// Key factors of a score, inquiries not counted: FCRA 609(f)(1)(C).
pub(super) const KEY_FACTORS: usize = 4;
/// Entries of the maps in the settings.
pub(super) const MAPPED_CODES: usize = 10_000;

/// One template, in bytes.
pub(super) const TEMPLATE_BYTES: usize = 128 * 1024;
/// Templates of a lender.
pub(super) const TEMPLATES: usize = 64;
/// One rendered letter, in bytes.
pub(super) const OUTPUT_BYTES: usize = 512 * 1024;
/// What one rendering may spend; one buys an instruction or 64 bytes of data. Ours spend some 700, and 4,000 on the largest
/// facts that are let in.
pub(super) const FUEL: u64 = 50_000;
