//! What each attribute is worth and under which code it is a reason, settled before the first application.

use std::collections::HashMap;

use super::{Amount, Matched, matching::NONE, points_table::Arithmetic, ranking::RankKey};
use crate::model::{Characteristic, Reason, Reasons};

/// What an attribute is worth: all that the usual evaluation needs, side by side.
#[derive(Debug)]
pub(crate) struct Worth {
    /// What is given where this attribute matches and its points are constant.
    pub(crate) matched: Matched,
    /// Its points in units, where they are exact.
    pub(crate) units: i64,
    pub(crate) code: u32,
    /// Its place among reasons; [`RankKey::NONE`] where it is none.
    pub(crate) key: RankKey,
}

/// An attribute without a reason.
pub(crate) const NO_CODE: u32 = u32::MAX;

impl Worth {
    /// Of each attribute of a characteristic; `place` is the characteristic's.
    pub(crate) fn of_attributes(
        rules: &Reasons,
        characteristic: &Characteristic,
        place: u32,
        arithmetic: Arithmetic,
        codes: &mut CodeList,
    ) -> Box<[Self]> {
        let baseline = arithmetic.baseline(rules, characteristic);
        let worth = characteristic.attributes.iter().zip(0_u32..).map(|(attribute, number)| {
            let points = arithmetic.amount(attribute.points);
            let difference = baseline.map(|baseline| points.lost_against(baseline, rules.direction));
            let reason = attribute.reason.as_ref().or(characteristic.reason.as_ref()).filter(|_| rules.enabled);
            let code = reason.map_or(NO_CODE, |reason| codes.index_of(reason));
            let key = match difference.filter(|_| code != NO_CODE) {
                Some(difference) => RankKey::new(difference, place),
                None => Some(RankKey::NONE),
            };
            codes.keys_tell_rank &= key.is_some();
            Self {
                matched: Matched { attribute: number, points, difference },
                units: if let Amount::Exact { units, .. } = points { units } else { 0 },
                code,
                key: key.unwrap_or(RankKey::NONE),
            }
        });
        worth.collect()
    }
}

impl Arithmetic {
    /// The points that a characteristic's are compared with.
    pub(crate) fn baseline(self, rules: &Reasons, characteristic: &Characteristic) -> Option<Amount> {
        characteristic.baselines.get(rules.method).map(|points| self.amount(points))
    }
}

/// The distinct reason codes, in document order.
pub(crate) struct CodeList {
    /// Whether every attribute's place among reasons is its key.
    pub(crate) keys_tell_rank: bool,
    list: Vec<Reason>,
    by_code: HashMap<String, u32>,
}

impl CodeList {
    pub(crate) fn new() -> Self {
        Self { keys_tell_rank: true, list: Vec::new(), by_code: HashMap::new() }
    }

    fn index_of(&mut self, reason: &Reason) -> u32 {
        let next = u32::try_from(self.list.len()).unwrap_or(NO_CODE);
        let index = *self.by_code.entry(reason.code.clone()).or_insert(next);
        match self.list.get_mut(index as usize) {
            None => self.list.push(reason.clone()),
            Some(known) if known.text.is_empty() => known.text.clone_from(&reason.text),
            Some(_) => {}
        }
        index
    }

    /// Whether two characteristics can lose points under one code, so that differences must be summed.
    pub(crate) fn shared_between<'w>(&self, characteristics: impl Iterator<Item = &'w [Worth]>) -> bool {
        let mut owner = vec![NONE; self.list.len()];
        characteristics.zip(0_u32..).any(|(characteristic, index)| {
            characteristic.iter().any(|worth| match owner.get_mut(worth.code as usize) {
                Some(first) if *first == NONE => {
                    *first = index;
                    false
                }
                Some(first) => *first != index,
                None => false,
            })
        })
    }

    pub(crate) fn into_list(self) -> Vec<Reason> {
        self.list
    }
}
