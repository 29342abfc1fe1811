//! All that goes out: one queue, one thread that writes it, in the order in which it was put in.
//!
//! Nobody waits to put something in, so a client that does not read stalls nothing here. What it leaves unread is
//! bounded all the same:
//! - progress that was not written yet is replaced by newer progress of the same token;
//! - beyond [`Budget::soft`] unread bytes an answer is replaced by a short error, and whoever sends notifications on his
//!   own account should ask [`Outbox::is_congested`] and wait;
//! - beyond [`Budget::hard`] the client is taken for gone, and the server ends.

use std::collections::{HashMap, VecDeque};
use std::io::Write;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Bytes that may wait for the client to read them.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// With more than this unread, answers become errors. One answer may be larger.
    pub soft: usize,
    /// With more than this beyond the soft limit unread, the server ends.
    pub hard: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { soft: 64 << 20, hard: 64 << 20 }
    }
}

/// What a message costs beside its bytes.
const OVERHEAD: usize = 128;

/// A handle to the queue; clones are the same queue.
#[derive(Clone)]
pub struct Outbox {
    shared: Arc<Shared>,
}

struct Shared {
    queue: Mutex<Queue>,
    /// Told of every change of the queue.
    changed: Condvar,
    budget: Budget,
    on_failure: Box<dyn Fn(Failure) + Send + Sync>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Vec<u8>>,
    /// How many messages were ever taken out: the number of the first one that waits.
    taken: u64,
    /// By key, the number of the message that newer ones of the key replace.
    replaceable: HashMap<String, u64>,
    /// Of the waiting messages and the one being written, overhead included.
    bytes: usize,
    /// What was put in while the soft limit was passed.
    excess: usize,
    writing: bool,
    closed: bool,
}

/// Why nothing can be written any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The output is closed.
    Closed,
    /// The client has read nothing for too long.
    Unread,
}

impl Outbox {
    /// Starts the thread that writes to `output`. `on_failure` is called once or more when it cannot go on.
    pub fn start(
        output: impl Write + Send + 'static,
        budget: Budget,
        on_failure: impl Fn(Failure) + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        let (queue, changed, on_failure) = (Mutex::default(), Condvar::new(), Box::new(on_failure));
        let shared = Arc::new(Shared { queue, changed, budget, on_failure });
        let writer = Arc::clone(&shared);
        thread::Builder::new().name("outbox".to_owned()).spawn(move || writer.write_all(output))?;
        Ok(Self { shared })
    }

    /// Puts a message in.
    pub fn send(&self, body: Vec<u8>) {
        self.shared.put(&mut self.shared.lock(), body);
    }

    /// Puts an answer in; with too much unread, `refusal` in its place.
    pub fn answer(&self, body: Vec<u8>, refusal: impl FnOnce() -> Vec<u8>) {
        let mut queue = self.shared.lock();
        if queue.bytes <= self.shared.budget.soft {
            return self.shared.put(&mut queue, body);
        }
        self.shared.put(&mut queue, refusal());
    }

    /// Puts a message in that takes the place of the last one of the same key, if that was not written yet; with too
    /// much unread, nothing.
    pub fn send_latest(&self, key: &str, body: Vec<u8>) {
        let mut queue = self.shared.lock();
        let place = queue.replaceable.get(key).and_then(|number| number.checked_sub(queue.taken));
        let place = place.and_then(|place| usize::try_from(place).ok());
        if let Some(waiting) = place.and_then(|place| queue.waiting.get_mut(place)) {
            let (old, new) = (waiting.len(), body.len());
            *waiting = body;
            queue.bytes = (queue.bytes + new).saturating_sub(old);
        } else if queue.bytes <= self.shared.budget.soft {
            let number = queue.taken + queue.waiting.len() as u64;
            queue.replaceable.insert(key.to_owned(), number);
            self.shared.put(&mut queue, body);
        }
    }

    /// Puts the last message of a key in: none before it is replaced any more.
    pub fn send_last(&self, key: &str, body: Vec<u8>) {
        let mut queue = self.shared.lock();
        queue.replaceable.remove(key);
        self.shared.put(&mut queue, body);
    }

    /// Whether the client leaves so much unread that nothing should be added of one's own account.
    pub fn is_congested(&self) -> bool {
        self.shared.lock().bytes > self.shared.budget.soft
    }

    /// Waits until everything is written, but no longer than until `deadline`. Nothing is taken in afterwards.
    pub fn close(&self, deadline: Instant) {
        let mut queue = self.shared.lock();
        while !queue.closed && (queue.writing || !queue.waiting.is_empty()) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left == Duration::ZERO {
                break;
            }
            queue = self.shared.changed.wait_timeout(queue, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        queue.closed = true;
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, queue: &mut Queue, body: Vec<u8>) {
        if queue.closed {
            return;
        }
        let cost = body.len() + OVERHEAD;
        if queue.bytes > self.budget.soft {
            queue.excess += cost;
        }
        queue.bytes += cost;
        queue.waiting.push_back(body);
        if queue.excess > self.budget.hard {
            queue.closed = true;
            (self.on_failure)(Failure::Unread);
        }
        self.changed.notify_all();
    }

    /// The next message; `None` once closed.
    fn take(&self) -> Option<Vec<u8>> {
        let mut queue = self.lock();
        loop {
            if queue.closed {
                return None;
            }
            if let Some(body) = queue.waiting.pop_front() {
                queue.taken += 1;
                queue.writing = true;
                return Some(body);
            }
            if queue.writing {
                queue.writing = false;
                queue.replaceable.clear();
                self.changed.notify_all();
            }
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn written(&self, body: &[u8]) {
        let mut queue = self.lock();
        queue.bytes = queue.bytes.saturating_sub(body.len() + OVERHEAD);
        if queue.bytes <= self.budget.soft {
            queue.excess = 0;
        }
    }

    fn write_all(&self, mut output: impl Write) {
        while let Some(body) = self.take() {
            let header = format!("Content-Length: {}\r\n\r\n", body.len());
            // Header and body in one write where they are small: one wake-up of the client.
            let outcome = if body.len() <= 16 << 10 {
                output.write_all(&[header.as_bytes(), &body].concat())
            } else {
                output.write_all(header.as_bytes()).and_then(|()| output.write_all(&body))
            };
            if let Err(error) = outcome.and_then(|()| output.flush()) {
                tracing::info!(%error, "the client no longer reads");
                self.lock().closed = true;
                self.changed.notify_all();
                return (self.on_failure)(Failure::Closed);
            }
            self.written(&body);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::{PipeReader, Read, pipe};
    use std::sync::mpsc::channel;

    use super::*;

    /// An outbox whose output is read only at the end: a message fills the pipe first.
    fn stuck(budget: Budget) -> (Outbox, PipeReader, std::sync::mpsc::Receiver<Failure>) {
        let (reader, writer) = pipe().unwrap();
        let (failed, failure) = channel();
        let outbox = Outbox::start(writer, budget, move |why| _ = failed.send(why)).unwrap();
        outbox.send(vec![b'.'; 1 << 20]);
        while outbox.shared.lock().taken == 0 {
            thread::yield_now();
        }
        (outbox, reader, failure)
    }

    fn rest(outbox: Outbox, mut reader: PipeReader) -> String {
        let reading = thread::spawn(move || {
            let mut text = String::new();
            reader.read_to_string(&mut text).unwrap();
            text
        });
        outbox.close(Instant::now() + Duration::from_secs(20));
        drop(outbox);
        reading.join().unwrap().replace('.', "").replace("Content-Length: ", "").replace("\r\n\r\n", ":")
    }

    #[test]
    fn progress_is_replaced_by_newer_progress_and_keeps_its_place() {
        let (outbox, reader, _) = stuck(Budget::default());
        outbox.send_latest("a", b"a1".to_vec());
        outbox.send(b"x".to_vec());
        outbox.send_latest("b", b"b1".to_vec());
        outbox.send_latest("a", b"a2 longer".to_vec());
        outbox.send_last("a", b"a end".to_vec());
        outbox.send_latest("a", b"a again".to_vec());
        assert_eq!(rest(outbox, reader), "1048576:9:a2 longer1:x2:b15:a end7:a again");
    }

    #[test]
    fn what_a_client_leaves_unread_is_bounded() {
        let (outbox, reader, failure) = stuck(Budget { soft: 2 << 20, hard: 1 << 20 });
        for _ in 0..100 {
            outbox.answer(vec![b'.'; 1 << 20], || b"refused".to_vec());
            outbox.send_latest("progress", b"progress".to_vec());
        }
        assert!(outbox.is_congested());
        let held = outbox.shared.lock().bytes;
        assert!(held < 4 << 20, "{held} bytes are held");
        assert_eq!(failure.try_recv(), Err(std::sync::mpsc::TryRecvError::Empty), "it may still read");
        assert_eq!(rest(outbox, reader).matches("refused").count(), 99);
    }

    #[test]
    fn a_client_that_reads_nothing_at_all_is_gone() {
        let (outbox, reader, failure) = stuck(Budget { soft: 1 << 10, hard: 1 << 10 });
        for _ in 0..1000 {
            outbox.answer(vec![b'.'; 1 << 10], || b"refused".to_vec());
        }
        assert_eq!(failure.recv(), Ok(Failure::Unread));
        assert!(outbox.shared.lock().bytes < 2 << 20);
        drop(reader);
    }

    #[test]
    fn a_closed_output_is_told() {
        let (outbox, reader, failure) = stuck(Budget::default());
        drop(reader);
        assert_eq!(failure.recv(), Ok(Failure::Closed));
        outbox.close(Instant::now() + Duration::from_secs(20));
        outbox.send(b"nobody".to_vec());
        assert!(outbox.shared.lock().waiting.is_empty());
    }

    #[test]
    fn closing_does_not_wait_for_ever() {
        let (outbox, _reader, _) = stuck(Budget::default());
        let begun = Instant::now();
        outbox.close(begun + Duration::from_millis(50));
        assert!(begun.elapsed() >= Duration::from_millis(50));
    }
}
