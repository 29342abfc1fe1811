//! The table in README.md of what covers what: every test that it names exists.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::fs;
use std::path::Path;

#[test]
fn every_test_that_the_table_names_exists() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(folder.join("README.md")).unwrap();
    let mut sources = fs::read_to_string(folder.join("tests/life.rs")).unwrap();
    for entry in fs::read_dir(folder.join("tests/oracle")).unwrap() {
        sources += &fs::read_to_string(entry.unwrap().path()).unwrap();
    }
    let names: Vec<&str> =
        readme.split('`').filter(|name| name.get(1..2) == Some(":") && !name.contains(' ')).collect();
    assert!(names.len() > 50, "the table was not found");
    let exists = |name: &str| match name.split_at(2) {
        ("s:", session) => folder.join("sessions").join(session).with_extension("session").exists(),
        (_, test) => test.is_empty() || sources.contains(&format!("fn {test}()")),
    };
    let missing: Vec<&&str> = names.iter().filter(|name| name.len() > 2 && !exists(name)).collect();
    assert!(missing.is_empty(), "no such tests: {missing:?}");
}
