// An SMS gateway that keeps what it is given, and signs as the real one does.
import { createHmac } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export const token = 'test-token';
export type Taken = { to: string; text: string };
export type Gateway = { url: string; taken: Taken[]; close: () => Promise<void> };

export async function openGateway(): Promise<Gateway> {
  const taken: Taken[] = [];
  const server = http.createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    const form = new URLSearchParams(body);
    taken.push({ to: form.get('To') ?? '', text: form.get('Body') ?? '' });
    response.writeHead(201, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ sid: `SM${String(taken.length).padStart(32, '0')}`, status: 'queued' }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, taken,
    close: () => { server.closeAllConnections(); return new Promise((done) => server.close(() => done())); },
  };
}

/** The address, then each field's name and value in the order of the names, under the token. */
export function signCallback(address: string, fields: Record<string, string>): string {
  const signed = address + Object.keys(fields).sort().map((name) => name + fields[name]).join('');
  return createHmac('sha1', token).update(signed).digest('base64');
}
