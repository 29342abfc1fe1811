//! The shape of the sources, as docs/ARCHITECTURE.md states it: dependencies point one way, each library is known to
//! one module, every module says what it is for. Sources are read as text, without comments, strings and tests.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use hgls_tests::binary::workspace;

const MOST_LINES: usize = 500;

/// Who may name what: outside the places listed, none of the words occurs in non-test code below `within`.
struct Rule {
    within: &'static str,
    words: &'static [&'static str],
    only_in: &'static [&'static str],
}

const RULES: &[Rule] = &[
    // Libraries known to one module.
    Rule { within: "server", words: &["git2"], only_in: &["server/core/src/git"] },
    Rule { within: "server", words: &["rusqlite"], only_in: &["server/core/src/store"] },
    Rule {
        within: "server",
        words: &["gix_odb", "gix_pack", "gix_hash", "gix_object", "gix_zlib"],
        only_in: &["server/core/src/objects"],
    },
    Rule { within: "server", words: &["gix_glob", "gix_validate"], only_in: &["server/core/src/git"] },
    Rule { within: "server", words: &["gix_imara_diff"], only_in: &["server/core/src/linediff"] },
    Rule { within: "server/hgls/src", words: &["notify::"], only_in: &["server/hgls/src/session"] },
    Rule {
        within: "server/hgls/src",
        words: &["indicatif", "clap"],
        only_in: &["server/hgls/src/cli", "server/hgls/src/main.rs"],
    },
    Rule {
        within: "server",
        words: &["tower_lsp", "lsp_types", "ls_types"],
        only_in: &["server/hgls/src/lsp", "server/hgls/src/wire", "server/hgls/src/session"],
    },
    // The core is a library in the strict sense.
    Rule {
        within: "server/core/src",
        words: &[
            "println",
            "eprintln",
            "print",
            "eprint",
            "dbg",
            "env::var",
            "env::vars",
            "env::var_os",
            "tokio",
            "serde_json",
        ],
        only_in: &[],
    },
    Rule {
        within: "server/hgls/src",
        words: &["println", "eprintln", "print", "eprint", "dbg"],
        only_in: &["server/hgls/src/cli"],
    },
    // Nothing from outside reaches a panic.
    Rule {
        within: "server",
        words: &[".unwrap()", ".expect(", "panic!", "todo!", "unimplemented!", "unreachable!"],
        only_in: &[],
    },
];

/// A folder, and the folders that it may use.
type Arrows = (&'static str, &'static [&'static str]);

/// Of each folder of a crate, the other folders of the same crate that it may use.
const ARROWS: &[(&str, &[Arrows])] = &[
    (
        "server/core/src",
        &[
            ("objects", &[]),
            ("linediff", &[]),
            ("graph", &[]),
            ("git", &["objects"]),
            ("store", &["graph", "objects"]),
            ("model", &["git", "graph", "linediff", "objects", "repository", "store"]),
            ("edit", &["git", "graph", "linediff", "model", "objects", "repository"]),
            ("indexer", &["git", "graph", "model", "objects", "store"]),
            ("transfer", &["git", "graph", "indexer", "model", "objects", "repository", "store"]),
        ],
    ),
    (
        "server/hgls/src",
        &[
            ("protocol", &[]),
            ("documents", &[]),
            ("wire", &[]),
            ("handlers", &["documents", "protocol"]),
            ("session", &["documents", "handlers", "protocol"]),
            ("lsp", &["documents", "handlers", "protocol", "session", "wire"]),
            ("cli", &["documents", "handlers", "lsp", "protocol", "session"]),
        ],
    ),
];

#[test]
fn inside_a_crate_dependencies_point_one_way() {
    let mut broken = Vec::new();
    for (path, code) in code() {
        for (crate_folder, folders) in ARROWS {
            let Some((folder, allowed)) =
                folders.iter().find(|(folder, _)| Path::new(&path).starts_with(format!("{crate_folder}/{folder}")))
            else {
                continue;
            };
            for (other, _) in folders.iter().filter(|(other, _)| other != folder && !allowed.contains(other)) {
                for (number, line) in code.lines().enumerate() {
                    if names(line, &format!("crate::{other}")) {
                        broken.push(format!("{path}:{}: {folder} must not know {other}", number + 1));
                    }
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn each_library_is_known_to_one_module() {
    let mut broken = Vec::new();
    for (path, code) in code() {
        for rule in RULES.iter().filter(|rule| path.starts_with(rule.within)) {
            if rule.only_in.iter().any(|place| Path::new(&path).starts_with(place) || path == format!("{place}.rs")) {
                continue;
            }
            for (number, line) in code.lines().enumerate() {
                for word in rule.words.iter().filter(|word| names(line, word)) {
                    broken.push(format!("{path}:{}: `{word}` may stand only in {:?}", number + 1, rule.only_in));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_crates_depend_on_each_other_one_way() {
    let manifest = |name: &str| fs::read_to_string(workspace().join(name).join("Cargo.toml")).unwrap();
    let depends =
        |on: &str, manifest: &str| manifest.lines().any(|line| line.starts_with(on) && line.contains(['=', '.']));
    let core = manifest("server/core");
    for absent in ["hgls", "tokio", "tower-lsp", "serde_json", "clap"] {
        assert!(!depends(absent, &core), "hgls-core depends on {absent}");
    }
    let edge = manifest("server/hgls");
    for absent in ["git2", "rusqlite", "gix-"] {
        assert!(!depends(absent, &edge), "hgls depends on {absent}, which only hgls-core may know");
    }
    for crate_of_tests in ["tests", "xtask"] {
        assert!(!depends("hgls-core", &manifest(crate_of_tests)), "{crate_of_tests} knows hgls by its messages only");
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<_> = all_sources().filter(|(_, source)| !source.starts_with("//!")).map(|(path, _)| path).collect();
    assert!(silent.is_empty(), "no `//!` at the beginning of {silent:?}");
}

#[test]
fn no_file_is_too_long_to_read() {
    let long: Vec<_> =
        all_sources().filter(|(_, source)| source.lines().count() > MOST_LINES).map(|(path, _)| path).collect();
    assert!(long.is_empty(), "more than {MOST_LINES} lines: {long:?}");
}

#[test]
fn no_test_is_skipped() {
    let mark = ["#[", "ignore"].concat();
    let skipped: Vec<_> = all_sources().filter(|(_, source)| source.contains(&mark)).map(|(path, _)| path).collect();
    assert!(skipped.is_empty(), "skipped tests in {skipped:?}");
}

#[test]
fn the_reader_of_sources_sees_code_only() {
    let source = concat!(
        "//! git2 here\nuse a::b; /* git2 */\nconst S: &str = \"git2 \\\" //\"; // git2\nconst R: &str = r#\"git2 \"#;\n",
        "fn f<'a>(c: char) -> &'a str { if c == '\"' { g() } }\n#[cfg(test)]\nmod tests {\n  fn t() { x.unwrap() }\n}\nfn last() {}\n"
    );
    let code = without_tests(&without_comments_and_strings(source));
    assert!(!code.contains("git2") && !code.contains("unwrap"), "{code}");
    for kept in ["use a::b;", "fn f<'a>", "g()", "fn last() {}"] {
        assert!(code.contains(kept), "{kept}: {code}");
    }
    assert_eq!(code.lines().count(), source.lines().count());
    assert!(names("use git2::Oid;", "git2") && !names("use git21;", "git2") && names("a.unwrap()", ".unwrap()"));
    assert!(names("crate::wire::x", "crate::wire") && !names("crate::wired", "crate::wire"));
}

/// The code of the server without tests, comments and strings: path and text.
fn code() -> impl Iterator<Item = (String, String)> {
    let sources = sources("server");
    let tests = test_modules(&sources);
    let is_test = move |path: &str| {
        let path = Path::new(path).with_extension("");
        tests.iter().any(|module| path.starts_with(module))
            || ["server/hgls/tests", "server/core/benches"].iter().any(|folder| path.starts_with(folder))
    };
    let files = sources.into_iter().filter(move |(path, _)| !is_test(path));
    files.map(|(path, source)| (path, without_tests(&without_comments_and_strings(&source))))
}

/// Files that are compiled for tests only: modules that their parent declares behind `#[cfg(test)]`.
fn test_modules(sources: &[(String, String)]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for (path, source) in sources {
        let path = Path::new(path);
        let folder = match path.file_name().and_then(|name| name.to_str()) {
            Some("mod.rs" | "lib.rs" | "main.rs") => path.parent().unwrap().to_owned(),
            _ => path.with_extension(""),
        };
        for item in source.split("#[cfg(test)]").skip(1) {
            let declared = item.lines().find(|line| !line.trim().is_empty() && !line.trim().starts_with("#["));
            let name = declared.and_then(|line| line.trim().strip_suffix(';')?.split("mod ").nth(1));
            found.extend(name.map(|name| folder.join(name)));
        }
    }
    found
}

fn all_sources() -> impl Iterator<Item = (String, String)> {
    ["server", "tests", "xtask"].into_iter().flat_map(sources)
}

/// The Rust files below a folder of the workspace: path from the workspace, and text.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    collect(&workspace().join(folder), &mut files);
    files.sort();
    assert!(!files.is_empty(), "no sources in {folder}");
    let relative = |file: &Path| file.strip_prefix(workspace()).unwrap().to_str().unwrap().to_owned();
    files.iter().map(|file| (relative(file), fs::read_to_string(file).unwrap())).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Whether `line` has `word`, not as a part of a longer name.
fn names(line: &str, word: &str) -> bool {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back().is_some_and(part_of_name) && word.starts_with(part_of_name);
        let after = line[start + word.len()..].chars().next().is_some_and(part_of_name) && word.ends_with(part_of_name);
        !before && !after
    })
}

/// The source with comments and the contents of strings blanked out; line breaks stay.
fn without_comments_and_strings(source: &str) -> String {
    let mut out = String::new();
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '"' => string_end(rest),
            'r' if rest.starts_with("r\"") || rest.starts_with("r#") => raw_string_end(rest).unwrap_or(0),
            '\'' => character_end(rest).unwrap_or(0),
            _ => 0,
        };
        if taken == 0 {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            out.extend(rest[..taken].chars().filter(|c| *c == '\n'));
            rest = &rest[taken..];
        }
    }
    out
}

fn string_end(text: &str) -> usize {
    let mut escaped = false;
    let end = text[1..].find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |end| end + 2)
}

fn raw_string_end(text: &str) -> Option<usize> {
    let hashes = text[1..].find(|c| c != '#')?;
    text[1 + hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    text[2 + hashes..].find(&end).map(|place| 2 + hashes + place + end.len())
}

/// The end of a character literal; `None` for a lifetime.
fn character_end(text: &str) -> Option<usize> {
    let mut chars = text.char_indices().skip(1);
    let (_, first) = chars.next()?;
    if first == '\\' {
        return text[2..].char_indices().skip(1).find(|(_, c)| *c == '\'').map(|(place, _)| place + 3);
    }
    chars.next().and_then(|(place, c)| (c == '\'').then_some(place + 1))
}

/// The code without the items marked as tests, or as having a reason to rely on a value; line breaks stay.
fn without_tests(code: &str) -> String {
    let mut out = String::new();
    let mut rest = code;
    while let Some(start) =
        ["#[cfg(test)]", "#[expect(clippy::expect_used"].iter().filter_map(|mark| rest.find(mark)).min()
    {
        out.push_str(&rest[..start]);
        let item = &rest[start..];
        let mut depth = 0;
        let end = item.find(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            depth == 0 && (c == '}' || c == ';')
        });
        let end = end.map_or(item.len(), |end| end + 1);
        out.extend(item[..end].chars().filter(|c| *c == '\n'));
        rest = &item[end..];
    }
    out + rest
}
