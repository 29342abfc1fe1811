// Stands between VS Code and a server, and holds requests back: those whose methods the file `hold` in the given folder
// names, until it is gone. Notes in the file `cancelled` which of them were cancelled meanwhile, and answers them as a server
// does. Everything else goes through.
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setInterval } from 'node:timers';

const [folder, server, ...args] = process.argv.slice(2);
const child = spawn(server, args, { stdio: ['pipe', 'pipe', 'inherit'] });
/** The messages that are held back, by the ids of their requests. */
const held = new Map();

const write = (to, body) => to.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);

/** Calls `take` with each message of a stream. */
function each(from, take) {
  let read = Buffer.alloc(0);
  from.on('data', chunk => {
    read = Buffer.concat([read, chunk]);
    for (;;) {
      const end = read.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/i.exec(read.toString('latin1', 0, Math.max(0, end)))?.[1]);
      if (end < 0 || read.length < end + 4 + length) return;
      take(read.toString('utf8', end + 4, end + 4 + length));
      read = read.subarray(end + 4 + length);
    }
  });
}

/** The methods that are held back now. */
function holding() {
  try {
    return readFileSync(path.join(folder, 'hold'), 'utf8').split('\n');
  } catch {
    return [];
  }
}

each(child.stdout, body => write(process.stdout, body));
each(process.stdin, body => {
  const { id, method, params } = JSON.parse(body);
  const request = method === '$/cancelRequest' ? held.get(params.id) : undefined;
  if (request) {
    held.delete(params.id);
    appendFileSync(path.join(folder, 'cancelled'), `${request.method}\n`);
    const error = { code: -32800, message: 'cancelled' };
    write(process.stdout, JSON.stringify({ jsonrpc: '2.0', id: params.id, error }));
  } else if (id !== undefined && holding().includes(method)) held.set(id, { method, body });
  else write(child.stdin, body);
});
setInterval(() => {
  const methods = holding();
  for (const [id, { method, body }] of held) {
    if (methods.includes(method)) continue;
    held.delete(id);
    write(child.stdin, body);
  }
}, 50);
process.stdin.on('end', () => child.stdin.end());
child.on('exit', code => process.exit(code ?? 1));
