// What processes have used so far, as Linux tells it. Elsewhere there are none.
import fs from 'node:fs';

export interface Process {
  readonly id: number;
  /** The program and its arguments. */
  readonly command: string;
  /** Time of processors, in milliseconds. Linux counts in steps of ten. */
  readonly cpu: number;
  /** Bytes in memory now, and the most that there were. */
  readonly memory: number;
  readonly mostMemory: number;
}

/** Milliseconds in one of the clock's ticks: a hundred a second on every Linux that Node runs on. */
const TICK = 10;

/** The processes of a group. */
export function processesOf(group: number): Process[] {
  if (process.platform !== 'linux') return [];
  return fs
    .readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => read(Number(name), group));
}

/** A process, if it is one of the group. It may end while it is looked at. */
function read(id: number, wanted: number): Process[] {
  try {
    const stat = fs.readFileSync(`/proc/${id}/stat`, 'utf8');
    // The name stands in parentheses, and may have any in it: what follows the last one is numbers.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [group, user = 0, system = 0] = [fields[2], fields[11], fields[12]].map(Number);
    // One that has ended may stand there until somebody asks what became of it.
    if (group !== wanted || fields[0] === 'Z') return [];
    const status = fs.readFileSync(`/proc/${id}/status`, 'utf8');
    const bytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024;
    const command = fs.readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    const cpu = (user + system) * TICK;
    return [{ id, command, cpu, memory: bytes('VmRSS'), mostMemory: bytes('VmHWM') }];
  } catch {
    return [];
  }
}

/** The process that extensions run in. */
export function extensionHost(processes: readonly Process[]): Process | undefined {
  return processes.find(({ command }) => command.includes('--type=extensionHost'));
}

/** The server of hgls. */
export function hglsServer(processes: readonly Process[]): Process | undefined {
  return processes.find(({ command }) => /(?:^|\/)hgls\S* serve\b/u.test(command));
}
