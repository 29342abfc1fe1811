//! The body of a binary patch, as `git apply` reads it. libgit2 has both the compression and the base 85.

use super::Error;

/// `GIT binary patch` with the whole of `content` as a literal: what a file becomes, whatever it was. Ends in an empty
/// line.
pub fn binary_patch(content: &[u8]) -> Result<Vec<u8>, Error> {
    let mut options = git2::DiffOptions::new();
    options.show_binary(true).force_binary(true);
    // libgit2 has nothing to say where both sides are the same.
    let same = content.is_empty();
    let before: &[u8] = if same { b"\0" } else { b"" };
    let mut patch = git2::Patch::from_buffers(before, None, content, None, Some(&mut options))?;
    let text = patch.to_buf()?;
    let body = find(&text, b"GIT binary patch\n").map_or(&text[..0], |start| &text[start..]);
    // Behind the first empty line stands the way back, which Mercurial does not write.
    let end = find(body, b"\n\n").map_or(body.len(), |end| end + 2);
    Ok(body[..end].to_vec())
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_is_a_literal() {
        let patch = |content: &[u8]| String::from_utf8(binary_patch(content).expect("a patch")).expect("text");
        assert_eq!(patch(b""), "GIT binary patch\nliteral 0\nHc$@<O00001\n\n");
        assert_eq!(patch(b"\0a\n"), "GIT binary patch\nliteral 3\nKc${NM<N^Qy&j4%y\n\n");
        let long: Vec<u8> = (0..200u32).map(|at| (at * at) as u8).collect();
        assert!(patch(&long).starts_with("GIT binary patch\nliteral 200\nz"));
    }
}
