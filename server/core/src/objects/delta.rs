//! Objects that are stored as differences to others, made of these. The format is that of `gitformat-pack`. Whatever is not as
//! it should be gives nothing.

use super::LARGEST;

/// The object that `delta` makes of `base`: copies of parts of the base, and bytes of its own.
pub(super) fn apply(base: &[u8], delta: &[u8]) -> Option<Vec<u8>> {
    let mut rest = delta;
    let (base_size, size) = (size(&mut rest)?, size(&mut rest)?);
    if base_size != base.len() || size > LARGEST {
        return None;
    }
    let mut made = Vec::new();
    made.try_reserve_exact(size).ok()?;
    while let Some((command, after)) = rest.split_first() {
        rest = after;
        let part = if command & 0x80 == 0 {
            // Nought is reserved.
            let own = rest.split_off(..usize::from(*command)).filter(|own| !own.is_empty());
            own?
        } else {
            let mut number = |bits: std::ops::Range<u32>| {
                let mut number = 0;
                for (at, bit) in bits.enumerate() {
                    if command & 1 << bit != 0 {
                        number |= usize::from(*rest.split_off_first()?) << (8 * at);
                    }
                }
                Some(number)
            };
            let (start, length) = (number(0..4)?, number(4..7)?);
            let length = if length == 0 { 0x10000 } else { length };
            base.get(start..start.checked_add(length)?)?
        };
        if part.len() > size - made.len() {
            return None;
        }
        made.extend_from_slice(part);
    }
    (made.len() == size).then_some(made)
}

/// A number of seven bits a byte, the lowest first.
fn size(rest: &mut &[u8]) -> Option<usize> {
    let mut number = 0u64;
    for shift in (0..64).step_by(7) {
        let byte = *rest.split_off_first()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return usize::try_from(number).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::testing::Random;

    #[test]
    fn deltas_copy_and_insert() {
        let base = b"0123456789";
        let delta = [10, 7, 0b1001_0001, 2, 3, 3, b'a', b'b', b'c', 0b1001_0000, 1];
        assert_eq!(apply(base, &delta).unwrap(), b"234abc0");
        assert_eq!(apply(base, &[10, 0]).unwrap(), b"");
        let long = vec![b'x'; 0x10000];
        assert_eq!(apply(&long, &[0x80, 0x80, 4, 0x80, 0x80, 4, 0x80]).unwrap(), long, "no length is 64 KiB");
    }

    #[test]
    fn damaged_deltas_are_refused() {
        let base = b"0123456789";
        for delta in [
            &[][..],
            &[10],
            &[9, 0],
            &[10, 1],
            &[10, 1, 0],
            &[10, 1, 2, b'a'],
            &[10, 1, 2, b'a', b'b'],
            &[10, 1, 0b1001_0001, 9, 2],
            &[10, 1, 0b1001_0001, 9],
            &[10, 255, 255, 255, 255, 255, 255, 255, 255, 127, 1, b'a'],
            &[255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255],
        ] {
            assert_eq!(apply(base, delta), None, "{delta:?}");
        }
        let mut random = Random::new(1);
        for _ in 0..20_000 {
            let mut delta: Vec<u8> = (0..random.below(12)).map(|_| random.below(256) as u8).collect();
            delta.splice(0..0, [10, random.below(20) as u8]);
            let _ = apply(base, &delta);
        }
    }
}
