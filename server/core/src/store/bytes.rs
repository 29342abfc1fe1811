//! How numbers become bytes in the store: variable-length integers, and the checksum that every blob ends in. SQLite
//! notices damage to its own structure; what stands inside a blob is ours to check.

/// Appends seven bits a byte, the lowest first; the high bit says that more follows.
pub(crate) fn put_varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// As [`put_varint`], with small negative numbers short too.
pub(super) fn put_signed(out: &mut Vec<u8>, number: i64) {
    put_varint(out, ((number << 1) ^ (number >> 63)) as u64);
}

/// Takes numbers from the front of bytes. Everything is `None` once the bytes run out.
#[derive(Clone, Copy)]
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    #[inline]
    pub(crate) fn varint(&mut self) -> Option<u64> {
        // Nearly all of them: a walk over history reads millions.
        if let [byte @ ..0x80, rest @ ..] = self.0 {
            self.0 = rest;
            return Some(u64::from(*byte));
        }
        self.long_varint()
    }

    fn long_varint(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    pub(crate) fn signed(&mut self) -> Option<i64> {
        let number = self.varint()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }
}

/// Ends `data` in its checksum. The same bytes under another key have another one.
pub(super) fn seal(mut data: Vec<u8>, key: i64) -> Vec<u8> {
    data.extend(checksum(&data, key).to_le_bytes());
    data
}

/// What [`seal`] was given; `None` when it is damaged.
pub(super) fn unseal(sealed: &[u8], key: i64) -> Option<&[u8]> {
    let (data, sum) = sealed.split_last_chunk::<4>()?;
    (checksum(data, key).to_le_bytes() == *sum).then_some(data)
}

/// Against accidents, not against people: multiply and mix, eight bytes at a time.
pub(super) fn checksum(data: &[u8], key: i64) -> u32 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |sum: u64, word: u64| (sum ^ word).wrapping_mul(FACTOR).rotate_left(29);
    let mut sum = mix(data.len() as u64, key as u64);
    let (words, rest) = data.as_chunks::<8>();
    for word in words {
        sum = mix(sum, u64::from_le_bytes(*word));
    }
    for byte in rest {
        sum = mix(sum, u64::from(*byte));
    }
    (sum ^ (sum >> 32)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive() {
        let unsigned = [0, 1, 127, 128, 16383, 16384, u64::from(u32::MAX), u64::MAX];
        let signed = [0, -1, 1, 63, -64, 64, i64::MIN, i64::MAX];
        let mut out = Vec::new();
        unsigned.iter().for_each(|number| put_varint(&mut out, *number));
        signed.iter().for_each(|number| put_signed(&mut out, *number));
        let mut bytes = Bytes(&out);
        assert!(unsigned.iter().all(|number| bytes.varint() == Some(*number)));
        assert!(signed.iter().all(|number| bytes.signed() == Some(*number)));
        assert!(bytes.is_empty() && bytes.varint().is_none() && bytes.byte().is_none());
        assert_eq!(Bytes(&[0xff; 20]).varint(), None);
    }

    #[test]
    fn damage_is_noticed() {
        let sealed = seal((0..100).collect(), 7);
        assert_eq!(unseal(&sealed, 7), Some((0..100).collect::<Vec<u8>>().as_slice()));
        assert_eq!(unseal(&sealed, 8), None);
        assert_eq!(unseal(&sealed[..99], 7), None);
        assert_eq!(unseal(&[1, 2], 0), None);
        for at in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[at] ^= 0x10;
            assert_eq!(unseal(&damaged, 7), None, "byte {at}");
        }
        assert_eq!(unseal(&seal(Vec::new(), 1), 1), Some(&[][..]));
    }
}
