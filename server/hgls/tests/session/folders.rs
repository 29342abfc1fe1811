//! Which repository is meant.

use std::fs;

use hgls::session::{Abilities, Settings};

use super::fixture::Fixture;

fn quiet() -> Settings {
    Settings { auto_index: false, watch: false, ..Settings::default() }
}

#[test]
fn the_innermost_repository_is_meant() {
    let fixture = Fixture::new();
    fixture.repository("outer");
    fixture.repository("outer/nested");
    fixture.write("outer/folder/file", "");
    fixture.start(&["outer"], Abilities::default(), quiet());
    for (inside, root) in [
        ("outer", "outer"),
        ("outer/file", "outer"),
        ("outer/folder/file", "outer"),
        ("outer/gone/and/never/there", "outer"),
        ("outer/nested", "outer/nested"),
        ("outer/nested/file", "outer/nested"),
    ] {
        assert_eq!(fixture.find(Some(inside)).as_deref(), Ok(root), "{inside}");
    }
    assert_eq!(fixture.find(None).as_deref(), Ok("outer"), "a nested one does not make it ambiguous");
}

#[test]
fn what_is_in_no_working_copy_is_in_no_repository() {
    let fixture = Fixture::new();
    fixture.repository("p");
    fixture.write("beside/file", "");
    fixture.start(&["p"], Abilities::default(), quiet());
    for outside in ["beside/file", "", "p/.git", "p/.git/config", "p/.git/refs/heads/main", "p/.git/new"] {
        assert_eq!(fixture.find(Some(outside)), Err("notInRepository".to_owned()), "{outside}");
    }
}

#[test]
fn worktrees_submodules_and_files_named_git_lead_to_their_own_repository() {
    let fixture = Fixture::new();
    fixture.repository("library");
    fixture.repository("p");
    fixture.sh("p", "git worktree add -q ../linked && git submodule --quiet add ../library sub && git commit -qm two");
    fixture.sh("", "git clone -q --separate-git-dir=elsewhere.git p separate && git clone -q --bare p bare.git");
    fixture.start(&[], Abilities::default(), quiet());
    for root in ["p", "linked", "p/sub", "separate", "bare.git"] {
        assert_eq!(fixture.find(Some(root)).as_deref(), Ok(root));
    }
    assert_eq!(fixture.find(Some("p/sub/file")).as_deref(), Ok("p/sub"));
    let git_dir = |root: &str| {
        let opened = fixture.context().repositories.find(Some(&fixture.path(root))).unwrap();
        opened.repository.location().git_dir.clone()
    };
    assert_ne!(git_dir("p"), git_dir("linked"));
    assert_eq!(git_dir("separate"), fixture.path("elsewhere.git"));
    assert_eq!(fixture.find(Some("p/.git/modules/sub/config")), Err("notInRepository".to_owned()));
}

#[test]
fn without_a_root_the_only_repository_of_the_folders_is_meant() {
    let fixture = Fixture::new();
    fixture.repository("one");
    fixture.repository("two");
    fixture.write("none/file", "");
    fixture.write("one/folder/file", "");
    fixture.start(&["one/folder", "none"], Abilities::default(), quiet());
    assert_eq!(fixture.find(None).as_deref(), Ok("one"));
    assert_eq!(fixture.find(Some("two/file")).as_deref(), Ok("two"), "others are found when they are named");
    assert_eq!(fixture.find(None).as_deref(), Ok("one"), "and change nothing for those who name none");
    fixture.session.change_folders(vec![fixture.path("two")], &[]);
    assert_eq!(fixture.find(None), Err("ambiguousRepository".to_owned()));
    fixture.session.change_folders(vec![], &[fixture.path("one/folder")]);
    assert_eq!(fixture.find(None).as_deref(), Ok("two"));
    fixture.session.change_folders(vec![], &[fixture.path("two")]);
    assert_eq!(fixture.find(None), Err("notInRepository".to_owned()));
    assert_eq!(fixture.find(Some("one/file")).as_deref(), Ok("one"));
    assert_eq!(fixture.find(None).as_deref(), Ok("one"), "of an editor without folders, the one that was used");
}

#[test]
fn a_folder_of_repositories_has_them_all() {
    let fixture = Fixture::new();
    fixture.repository("all/one");
    fixture.start(&["all"], Abilities::default(), quiet());
    assert_eq!(fixture.find(None).as_deref(), Ok("all/one"));
    fixture.repository("all/two");
    assert_eq!(fixture.find(None), Err("ambiguousRepository".to_owned()));
}

#[test]
fn nothing_open_is_no_repository() {
    let fixture = Fixture::new();
    fixture.start(&[], Abilities::default(), quiet());
    assert_eq!(fixture.find(None), Err("notInRepository".to_owned()));
}

#[test]
fn repositories_come_and_go_while_the_server_runs() {
    let fixture = Fixture::new();
    fixture.write("p/file", "");
    fixture.start(&["p"], Abilities::default(), quiet());
    assert_eq!(fixture.find(Some("p/file")), Err("notInRepository".to_owned()));
    for _ in 0..2 {
        fixture.repository("p");
        assert_eq!(fixture.find(Some("p/file")).as_deref(), Ok("p"));
        let first = fixture.context().repositories.find(None).unwrap();
        fs::remove_dir_all(fixture.path("p/.git")).unwrap();
        assert_eq!(fixture.find(Some("p/file")), Err("notInRepository".to_owned()));
        fixture.sh("p", "git init -q -b other .");
        let second = fixture.context().repositories.find(None).unwrap();
        let head = |opened: &hgls::handlers::Opened| {
            let snapshot = opened.repository.snapshot(&hgls_core::Cancel::new(), &hgls_core::NoProgress).unwrap();
            snapshot.refs.head.branch().unwrap().to_string()
        };
        assert_eq!(head(&second), "other", "it is another one in the same place");
        drop(first);
        fs::remove_dir_all(fixture.path("p/.git")).unwrap();
    }
    fixture.repository("p");
    fixture.repository("p/nested");
    assert_eq!(fixture.find(Some("p/nested/file")).as_deref(), Ok("p/nested"));
    fs::remove_dir_all(fixture.path("p/nested/.git")).unwrap();
    assert_eq!(fixture.find(Some("p/nested/file")).as_deref(), Ok("p"));
}

#[cfg(unix)]
#[test]
fn symbolic_links_lead_where_they_lead_and_a_link_is_where_it_stands() {
    let fixture = Fixture::new();
    fixture.repository("p");
    fixture.write("beside/file", "");
    std::os::unix::fs::symlink(fixture.path("p"), fixture.path("alias")).unwrap();
    std::os::unix::fs::symlink(fixture.path("beside/file"), fixture.path("p/link")).unwrap();
    std::os::unix::fs::symlink(fixture.path("beside"), fixture.path("p/folder")).unwrap();
    fixture.start(&["alias"], Abilities::default(), quiet());
    assert_eq!(fixture.find(Some("alias/file")).as_deref(), Ok("alias"), "named as the client names it");
    assert_eq!(fixture.find(Some("alias")).as_deref(), Ok("alias"));
    assert_eq!(fixture.find(Some("p/link")).as_deref(), Ok("p"));
    assert_eq!(fixture.find(Some("p/folder")).as_deref(), Ok("p"));
    assert_eq!(fixture.find(Some("p/folder/file")), Err("notInRepository".to_owned()));
}
