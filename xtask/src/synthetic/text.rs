//! What is written in a made repository: lines of files, names of files and people, messages.
//!
//! Each text belongs to a number, so that a file can be kept as one number a line.

use std::fmt::Write;

use crate::random::Random;

const WORDS: &[&str] = &[
    "alloc", "arena", "batch", "blob", "block", "bound", "branch", "buffer", "cache", "chunk", "clock", "commit",
    "count", "cursor", "delta", "depth", "digest", "entry", "error", "event", "field", "filter", "flags", "flush",
    "frame", "graph", "handle", "hash", "header", "index", "inner", "input", "journal", "label", "layer", "length",
    "level", "limit", "line", "link", "lock", "log", "mark", "mask", "merge", "meta", "mode", "node", "object",
    "offset", "option", "order", "output", "owner", "packet", "page", "parent", "parse", "patch", "path", "point",
    "pool", "prefix", "queue", "range", "reader", "record", "region", "remote", "result", "retry", "root", "route",
    "scope", "section", "segment", "server", "session", "shard", "signal", "slice", "slot", "socket", "source", "span",
    "stage", "state", "status", "stream", "string", "suffix", "table", "target", "thread", "timer", "token", "trace",
    "tree", "value", "vector", "version", "walk", "window", "writer",
];
const TYPES: &[&str] = &["int", "size_t", "char *", "struct node *", "unsigned long", "void *"];
const COMMON: &[&str] = &[
    "",
    "}",
    "\t}",
    "\t\treturn -1;",
    "\treturn 0;",
    "{",
    "\t\tbreak;",
    "#include <stdio.h>",
    "\t\tcontinue;",
    "\tgoto out;",
    "out:",
    "\t\t}",
    "/*",
    " */",
    "\tint i;",
    "#endif",
];
const FIRST: &[&str] = &[
    "Ada", "Alan", "Anita", "Barbara", "Bjarne", "Carol", "Dennis", "Donald", "Edsger", "Elena", "Frances", "Grace",
    "Hal", "Hedy", "Ingrid", "Jun", "Karen", "Ken", "Leslie", "Lin", "Margaret", "Mary", "Niklaus", "Olga", "Peter",
    "Radia", "Ravi", "Rob", "Sophie", "Tim", "Ursula", "Wei",
];
const LAST: &[&str] = &[
    "Abe", "Berg", "Costa", "Diaz", "Eriksen", "Fischer", "Garcia", "Hansen", "Ito", "Jansen", "Kowalski", "Larsen",
    "Meyer", "Novak", "Okafor", "Patel", "Quinn", "Rossi", "Sato", "Tanaka", "Ueda", "Vogel", "Weber", "Xu", "Yilmaz",
    "Zhang",
];
const VERBS: &[&str] = &[
    "add",
    "avoid",
    "check",
    "clean up",
    "document",
    "drop",
    "fix",
    "handle",
    "introduce",
    "make",
    "move",
    "reduce",
    "refactor",
    "remove",
    "rename",
    "simplify",
    "split",
    "test",
    "use",
];
const ZONES: &[&str] = &["+0000", "+0100", "-0800", "+0200", "-0500", "+0900", "+0530"];
const EXTENSIONS: &[&str] = &["c", "h", "c", "py", "txt", "sh", "rs"];

fn word(number: usize) -> &'static str {
    WORDS[number % WORDS.len()]
}

/// A number for a new line: one in four is a line that many files have.
pub fn new_line(random: &mut Random) -> u32 {
    match random.chance(1, 4) {
        true => random.below(COMMON.len()) as u32,
        false => random.next() as u32,
    }
}

/// Appends the line that belongs to `number`, with its end.
pub fn write_line(number: u32, out: &mut Vec<u8>) {
    let number = number as usize;
    let mut put = |text: &str| out.extend_from_slice(text.as_bytes());
    if let Some(common) = COMMON.get(number) {
        put(common);
        put("\n");
        return;
    }
    let [a, b, c] = [word(number), word(number / 101), word(number / 10_007)];
    let digits = [b"0123456789abcdef"[number >> 28 & 15], b"0123456789abcdef"[number >> 20 & 15]];
    let digits = str::from_utf8(&digits).unwrap_or_default();
    let parts: &[&str] = match number >> 16 & 7 {
        0 => &[TYPES[number % TYPES.len()], " ", a, "_", b, "(struct ", c, " *", b, ")\n"],
        1 => &["\tif (", a, "->", b, " > ", c, "_", digits, ")\n"],
        2 => &["\t\t", a, "_", b, "(", c, ", 0x", digits, ");\n"],
        3 => &["\tfor (", a, " = 0; ", a, " < ", b, "->", c, "; ", a, "++)\n"],
        4 => &["/* The ", a, " of each ", b, " is a ", c, " ", digits, ". */\n"],
        5 => &["\treturn ", a, "_", b, "_", c, "(", digits, ");\n"],
        6 => &["\t", a, "->", b, " = ", c, "_", digits, ";\n"],
        _ => &["#define ", a, "_", b, "_", digits, " ", c, "\n"],
    };
    parts.iter().for_each(|part| put(part));
}

/// The name of a folder.
pub fn folder_name(random: &mut Random) -> &'static str {
    word(random.below(WORDS.len()))
}

/// The name of a file.
pub fn file_name(random: &mut Random) -> String {
    let [a, b] = [random.below(WORDS.len()), random.below(WORDS.len())];
    let extension = random.pick(EXTENSIONS).unwrap_or(&"c");
    format!("{}_{}.{extension}", word(a), word(b))
}

/// A person as git writes one, the busiest with the lowest number.
pub fn person(number: usize) -> String {
    let (first, last) = (FIRST[number % FIRST.len()], LAST[number / FIRST.len() % LAST.len()]);
    let host = word(number * 7);
    let (small_first, small_last) = (first.to_lowercase(), last.to_lowercase());
    format!("{first} {last} <{small_first}.{small_last}@{host}.example>")
}

/// How many people there are.
pub const PEOPLE: usize = FIRST.len() * LAST.len();

/// An offset from UTC.
pub fn zone(person: usize) -> &'static str {
    ZONES[person % ZONES.len()]
}

/// The message of a change to `path`.
pub fn message(random: &mut Random, path: &str, author: &str) -> String {
    let area = path.split('/').next().unwrap_or(path);
    let verb = random.pick(VERBS).unwrap_or(&"fix");
    let mut message = format!("{area}: {verb} ");
    sentence(random, 4, &mut message);
    message.push('\n');
    for _ in 0..random.rank(4) {
        message.push('\n');
        for _ in 0..1 + random.below(5) {
            message.push_str("The ");
            sentence(random, 8, &mut message);
            message.push_str(".\n");
        }
    }
    // Writing to a string cannot fail.
    let _ = write!(message, "\nSigned-off-by: {author}\n");
    message
}

/// The message of a merge.
pub fn merge_message(random: &mut Random, topic: &str) -> String {
    let mut message = format!("Merge branch '{topic}'\n\nThe ");
    sentence(random, 8, &mut message);
    message.push_str(".\n");
    message
}

fn sentence(random: &mut Random, most: usize, out: &mut String) {
    for place in 0..2 + random.below(most) {
        if place > 0 {
            out.push_str([" ", " of ", " in ", " for ", " and "][random.rank(5)]);
        }
        out.push_str(word(random.below(WORDS.len())));
    }
}
