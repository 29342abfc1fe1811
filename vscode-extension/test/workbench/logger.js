/**
 * Stands in the place of the native module `@vscode/spdlog` of the VS Code that tests run in: the same functions, writing
 * at once and without rotation. Without it VS Code writes no log files and shows no output channels.
 */
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const LEVELS = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];

class Logger {
  constructor(kind, _name, file) {
    this.level = LEVELS.indexOf('info');
    this.plain = false;
    this.file = kind === 'stdout_async' ? 1 : fs.openSync(file, 'a');
  }

  write(level, message) {
    if (level < this.level || this.file === undefined) return;
    fs.writeSync(
      this.file,
      this.plain ? String(message) : `${new Date().toISOString()} [${LEVELS[level]}] ${message}\n`,
    );
  }

  trace(message) {
    this.write(0, message);
  }
  debug(message) {
    this.write(1, message);
  }
  info(message) {
    this.write(2, message);
  }
  warn(message) {
    this.write(3, message);
  }
  error(message) {
    this.write(4, message);
  }
  critical(message) {
    this.write(5, message);
  }
  getLevel() {
    return this.level;
  }
  setLevel(level) {
    this.level = level;
  }
  setPattern() {
    this.plain = false;
  }
  clearFormatters() {
    this.plain = true;
  }
  flush() {}
  drop() {
    if (this.file !== undefined && this.file !== 1) fs.closeSync(this.file);
    this.file = undefined;
  }
}

async function create(_name, file) {
  await fs.promises.mkdir(path.dirname(file), { recursive: true });
  return new Logger('rotating', _name, file);
}

// One assignment each: VS Code imports this file as a module, which sees no names that a single object would export.
exports.version = 11100;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
