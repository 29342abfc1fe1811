//! Names that are alike, for "did you mean". Knows nothing of what the names stand for.

/// How alike two texts are, from 0 to 1: the measure of Ratcliff and Obershelp, which Mercurial uses through Python's
/// `difflib`. Twice the bytes in common, over the bytes of both; in common are the longest common run and, recursively,
/// what is in common on both sides of it.
fn likeness(one: &[u8], other: &[u8]) -> f64 {
    let total = one.len() + other.len();
    if total == 0 { 1.0 } else { 2.0 * in_common(one, other) as f64 / total as f64 }
}

fn in_common(one: &[u8], other: &[u8]) -> usize {
    let (length, start, other_start) = longest_common_run(one, other);
    if length == 0 {
        return 0;
    }
    length
        + in_common(&one[..start], &other[..other_start])
        + in_common(&one[start + length..], &other[other_start + length..])
}

/// Its length and where it begins in both; the first of several in `one`.
fn longest_common_run(one: &[u8], other: &[u8]) -> (usize, usize, usize) {
    let mut best = (0, 0, 0);
    // The length of the run that ends at each byte of `other` and at the byte of `one` before.
    let mut runs = vec![0; other.len() + 1];
    for (at, byte) in one.iter().enumerate() {
        let mut before = 0;
        for (other_at, other_byte) in other.iter().enumerate() {
            let run = if byte == other_byte { before + 1 } else { 0 };
            before = std::mem::replace(&mut runs[other_at + 1], run);
            if run > best.0 {
                best = (run, at + 1 - run, other_at + 1 - run);
            }
        }
    }
    best
}

/// Longer texts are not somebody's typing error.
const LONGEST: usize = 100;

/// Those of `names` that somebody who wrote `written` may have meant, the likeliest first, each with its likeness.
pub(crate) fn similar<'a, N: AsRef<[u8]> + Ord + 'a>(written: &str, names: impl Iterator<Item = N>) -> Vec<N> {
    if written.len() > LONGEST {
        return Vec::new();
    }
    let mut alike: Vec<(f64, N)> = names
        .filter(|name| name.as_ref().len() <= LONGEST)
        .map(|name| (likeness(written.as_bytes(), name.as_ref()), name))
        .filter(|(likeness, _)| *likeness > 0.6)
        .collect();
    alike.sort_by(|(a, name), (b, other)| b.total_cmp(a).then_with(|| name.cmp(other)));
    alike.into_iter().map(|(_, name)| name).collect()
}

/// Mercurial's question for names that are alike; `None` when there are none.
pub(crate) fn did_you_mean<S: AsRef<str>>(similar: &[S]) -> Option<String> {
    match similar {
        [] => None,
        [one] => Some(format!("did you mean {}?", one.as_ref())),
        many => {
            let names: Vec<&str> = many.iter().map(AsRef::as_ref).collect();
            Some(format!("did you mean one of {}?", names.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_is_that_of_difflib() {
        for (one, other, expected) in [
            ("ancesters", "ancestors", 0.888_888_9),
            ("ancesters", "commonancestors", 0.666_666_7),
            ("foo", "follow", 0.666_666_7),
            ("foo", "fo", 0.8),
            ("", "", 1.0),
            ("a", "", 0.0),
            ("abcdXefgh", "abcdefghX", 0.888_888_9),
        ] {
            let likeness = likeness(one.as_bytes(), other.as_bytes());
            assert!((likeness - expected).abs() < 1e-6, "{one} {other}: {likeness}");
        }
    }

    #[test]
    fn the_likeliest_comes_first() {
        let names = ["main", "maint", "mainline", "master", "release"];
        assert_eq!(similar("mian", names.iter()), [&"main", &"maint"]);
        assert_eq!(similar("nothing", names.iter()), Vec::<&&str>::new());
        assert_eq!(did_you_mean(&["a", "b"]), Some("did you mean one of a, b?".to_owned()));
    }
}
