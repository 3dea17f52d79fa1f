// A small clinic that works live: the real program on a port of its own, its records, its practice
// folder, and an SMS gateway that only pretends. Nothing here is shared between files of stories.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openGateway, signCallback, type Gateway } from './gateway';
import { patients, writePractice, writeRecords } from './records';

export const program = path.resolve(process.env['PARCOURS_PROGRAM'] ?? path.join(import.meta.dirname, '../../../../build/release/parcours'));
export const password = 'a walk along the river';
const patience_ms = 20_000;

/** Waits for what another process does. */
export async function until<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
  const began = Date.now();
  for (;;) {
    const found = await look();
    if (found) return found as NonNullable<T>;
    if (Date.now() - began > patience_ms) throw new Error(`waited in vain: ${what}`);
    await new Promise((done) => setTimeout(done, 40));
  }
}

export class Clinic {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'parcours-stories-'));
  readonly data = path.join(this.folder, 'data');
  url = '';
  private server: ChildProcess | undefined;
  private said = '';

  private constructor(readonly gateway: Gateway) {}

  static async open(): Promise<Clinic> {
    if (!fs.existsSync(program)) throw new Error(`there is no program ${program}; build it, or name it in PARCOURS_PROGRAM`);
    const clinic = new Clinic(await openGateway());
    try {
      clinic.run(['synth', '--patients', '60', '--seed', '7', '--out', path.join(clinic.folder, 'synth')]);
      writeRecords(path.join(clinic.folder, 'own'));
      clinic.run(['import', path.join(clinic.folder, 'synth'), path.join(clinic.folder, 'own'), '--data', clinic.data]);
      writePractice(path.join(clinic.folder, 'practice'), clinic.gateway.url);
      clinic.run(['user', 'add', 'ada', '--role', 'administrator', '--data', clinic.data], `${password}\n`);
      await clinic.start();
      return clinic;
    } catch (error) {
      await clinic.close();
      throw error;
    }
  }

  /** Runs a command to its end; what it says. */
  run(words: string[], input = ''): string {
    const ended = spawnSync(program, words, { input, encoding: 'utf8' });
    if (ended.status !== 0) throw new Error(`parcours ${words[0]} ended with ${ended.status}: ${ended.stderr}`);
    return ended.stdout;
  }

  /** Serves; a second time at the same address. */
  async start() {
    this.said = '';
    const listen = this.url === '' ? '127.0.0.1:0' : this.url.replace('http://', '');
    this.server = spawn(program, ['serve', '--data', this.data, '--practice', path.join(this.folder, 'practice'), '--listen', listen], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.server.stderr!.on('data', (piece: Buffer) => { this.said += piece.toString(); });
    this.url = await until('the server says where it is', () => {
      if (this.server!.exitCode !== null) throw new Error(`the server ended: ${this.said}`);
      return / at (http:\/\/[\d.:]+);/.exec(this.said)?.[1];
    });
  }

  /** Ends the server in good order: whatever is under way is done first. */
  async stop() {
    const server = this.server;
    this.server = undefined;
    if (!server || server.exitCode !== null) return;
    const ended = new Promise((done) => server.once('exit', done));
    server.kill('SIGTERM');
    await ended;
    if (server.exitCode !== 0) throw new Error(`the server ended with ${server.exitCode}: ${this.said}`);
  }

  /** The gateway calls back with what a patient replied; the status of our answer. */
  async reply(patient: keyof typeof patients, text: string, sign = signCallback): Promise<number> {
    const address = `${this.url}/callbacks/sms`;
    const fields = { MessageSid: `SM${Date.now()}${Math.floor(performance.now() * 1000)}`, From: patients[patient].phone, To: '+12125550100', Body: text };
    const answer = await fetch(address, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', 'X-Twilio-Signature': sign(address, fields) }, body: new URLSearchParams(fields).toString() });
    return answer.status;
  }

  async close() {
    try {
      await this.stop();
    } finally {
      await this.gateway.close();
      fs.rmSync(this.folder, { recursive: true, force: true });
    }
  }
}
