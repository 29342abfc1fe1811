//! Documents that list things: what they list is there, and what is there is listed.

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

#[test]
fn every_dependency_has_a_reason() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = fs::read_to_string(workspace.join("docs/ARCHITECTURE.md")).unwrap();
    let rows: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next()).collect();
    let reasons: Vec<&str> = rows.iter().flat_map(|row| row.split([',', ' ', '`', '(', ')'])).collect();
    for manifest in ["server/core", "server/hgls", "tests", "xtask"] {
        let text = fs::read_to_string(workspace.join(manifest).join("Cargo.toml")).unwrap();
        let mut inside = false;
        for line in text.lines() {
            match line.strip_prefix('[') {
                Some(section) => inside = section.contains("dependencies"),
                None if inside && !line.is_empty() => {
                    let name = line.split(['.', ' ', '=']).next().unwrap();
                    assert!(name == "hgls-core" || reasons.contains(&name), "no reason for {name} of {manifest}");
                }
                None => {}
            }
        }
    }
}
