//! Groups from the values of a protected column.

/// Most groups that are compared one by one; the rest are pooled.
const MOST_GROUPS: usize = 20;

/// Groups from category codes: a code at or beyond the number of `levels` is a missing value. At most 20 groups: of more the
/// largest 19 are kept and the others pooled. Gives the names and each row's index into them.
#[must_use]
pub fn by_level(codes: &[u32], levels: &[String]) -> (Vec<String>, Vec<u32>) {
    let mut counts = vec![0_u64; levels.len() + 1];
    let code_of = |code: u32| (code as usize).min(levels.len());
    for &code in codes {
        if let Some(count) = counts.get_mut(code_of(code)) {
            *count += 1;
        }
    }
    let mut order: Vec<(usize, u64)> = counts.iter().copied().enumerate().filter(|(_, count)| *count > 0).collect();
    if order.len() > MOST_GROUPS {
        order.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        order.truncate(MOST_GROUPS - 1);
        order.sort_by_key(|(code, _)| *code);
    }
    let present = counts.iter().filter(|count| **count > 0).count();
    let mut names: Vec<String> =
        order.iter().map(|(code, _)| levels.get(*code).cloned().unwrap_or_else(|| "(missing)".to_owned())).collect();
    let pooled = names.len() as u32;
    if present > order.len() {
        names.push(format!("(all other {} values)", present - order.len()));
    }
    let mut place = vec![pooled; counts.len()];
    for (group, (code, _)) in order.iter().enumerate() {
        if let Some(place) = place.get_mut(*code) {
            *place = group as u32;
        }
    }
    (names, codes.iter().map(|&code| place.get(code_of(code)).copied().unwrap_or(pooled)).collect())
}

/// Groups from numbers (an age, say): `[cut, next cut)`, NaN being a missing value. Where `cuts` is empty and there are more than 20
/// distinct numbers, the quartiles are the cuts; where there are fewer, each number is a group.
#[must_use]
pub fn by_number(values: &[f64], cuts: &[f64]) -> (Vec<String>, Vec<u32>) {
    let mut sorted: Vec<f64> =
        values.iter().copied().filter(|value| !value.is_nan()).map(|value| value + 0.0).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let mut distinct = sorted.clone();
    distinct.dedup();
    let mut cuts: Vec<f64> = cuts.iter().copied().filter(|cut| !cut.is_nan()).collect();
    let each = cuts.is_empty() && distinct.len() < MOST_GROUPS;
    if each {
        cuts.extend(distinct.iter().skip(1));
    } else if cuts.is_empty() {
        cuts.extend([1, 2, 3].iter().filter_map(|quarter| sorted.get(sorted.len() * quarter / 4)));
    }
    cuts.sort_unstable_by(f64::total_cmp);
    cuts.dedup();
    cuts.retain(|cut| each || distinct.first().is_some_and(|first| cut > first));
    let name = |group: usize| {
        let (from, to) = (group.checked_sub(1).and_then(|before| cuts.get(before)), cuts.get(group));
        match (from, to) {
            _ if each => distinct.get(group).map_or_else(String::new, f64::to_string),
            (None, None) => "any number".to_owned(),
            (None, Some(to)) => format!("< {to}"),
            (Some(from), None) => format!("≥ {from}"),
            (Some(from), Some(to)) => format!("[{from}, {to})"),
        }
    };
    let names = (0..=cuts.len()).map(name).collect::<Vec<_>>();
    let codes: Vec<u32> = values
        .iter()
        .map(|value| if value.is_nan() { names.len() } else { cuts.partition_point(|cut| cut <= value) } as u32)
        .collect();
    by_level(&codes, &names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_keep_their_order_and_missing_is_a_group() {
        let levels = ["f".to_owned(), "x".to_owned(), "m".to_owned()];
        let (names, groups) = by_level(&[2, 0, u32::MAX, 2], &levels);
        assert_eq!(names, ["f", "m", "(missing)"]);
        assert_eq!(groups, [1, 0, 2, 1]);
    }

    #[test]
    fn many_levels_are_pooled() {
        let levels: Vec<String> = (0..100).map(|i| i.to_string()).collect();
        let codes: Vec<u32> = (0..100).chain(50..60).collect();
        let (names, groups) = by_level(&codes, &levels);
        assert_eq!((names.len(), names[19].as_str()), (20, "(all other 81 values)"));
        assert_eq!((groups[99], names[groups[55] as usize].as_str()), (19, "55"));
    }

    #[test]
    fn numbers_are_cut_where_asked_else_by_quartile_or_singly() {
        assert_eq!(
            by_number(&[20.0, 62.0, f64::NAN, 30.0], &[62.0]),
            (vec!["< 62".into(), "≥ 62".into(), "(missing)".into()], vec![0, 1, 2, 0])
        );
        assert_eq!(by_number(&[1.0, 0.0, 1.0], &[]), (vec!["0".into(), "1".into()], vec![1, 0, 1]));
        let ages: Vec<f64> = (0..100).map(f64::from).collect();
        assert_eq!(by_number(&ages, &[]).0, ["< 25", "[25, 50)", "[50, 75)", "≥ 75"]);
        assert_eq!(by_number(&[], &[]), (vec![], vec![]));
    }
}
