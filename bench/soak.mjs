// A steady load on the real program: one patient after another comes into a campaign, each gets
// two messages a minute apart from a provider on loopback, whose receipts come back; somebody reads
// along. Each minute one line with memory and the rows of each table. At the end it judges: what is
// held beyond what the rows explain must not grow, and what is bounded must stay within its bound.
// Usage: node bench/soak.mjs PROGRAM HOME MINUTES PER_SECOND
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import http from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";

const [program, home, minutesText, perSecondText] = process.argv.slice(2);
const minutes = Number(minutesText);
const perSecond = Number(perSecondText);
// Each comes in once: whoever comes again within days is not written to again, and that is right.
const patients = Math.max(5000, minutes * 60 * perSecond);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const freePort = () => new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
        const { port } = probe.address();
        probe.close(() => done(port));
    });
});
const [port, metricsPort] = [await freePort(), await freePort()];
const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });

// Bytes that a row of each table may take, with what finds it. Other tables have a bound.
const rowBytes = { enrolments: 400, messages: 250, messages_filed_bytes: 1, messages_held: 2000,
    tasks: 400, tasks_filed_bytes: 1, addresses_handed_over: 150, notices: 100 };
const bounds = { receipts_kept: 10000, messages_held: 8192, messages_waiting: 60 * perSecond, messages_untold: 60 * perSecond,
    addresses_handed_over: 2 * patients + 1000, addresses_written_to: patients, patients_written_to: patients };
const slack = 32e6;

let accepted = 0;
let token;
function ask(method, path, body, type = "application/json", toPort = port) {
    return new Promise((done, failed) => {
        const request = http.request({ agent, port: toPort, host: "127.0.0.1", method, path, headers: {
            ...(toPort === port && token ? { authorization: `Bearer ${token}` } : {}),
            ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body), "content-type": type }),
        } }, (answer) => {
            let all = "";
            answer.on("data", (more) => { all += more; });
            answer.on("end", () => done({ status: answer.statusCode, body: all }));
        });
        request.on("error", failed);
        request.end(body);
    });
}

const provider = http.createServer((request, answer) => {
    request.resume();
    request.on("end", () => {
        accepted += 1;
        answer.writeHead(201, { "content-type": "application/json" });
        answer.end(JSON.stringify({ sid: `SM${String(accepted).padStart(32, "0")}`, status: "queued" }));
    });
}).listen(0, "127.0.0.1");
await new Promise((done) => provider.on("listening", done));

rmSync(home, { recursive: true, force: true });
for (const folder of ["F", "P/campaigns", "P/content"]) mkdirSync(join(home, folder), { recursive: true });
const lines = Array.from({ length: patients }, (_, i) => JSON.stringify({ resourceType: "Patient", id: `p${i}`,
    birthDate: "1980-02-03", name: [{ given: [`Given${i}`], family: `Family${i}` }],
    communication: [{ language: { coding: [{ code: "en" }] } }],
    telecom: [{ system: "phone", use: "mobile", value: `+1413${String(2000000 + i)}` }] }));
writeFileSync(join(home, "F/Patient.ndjson"), lines.join("\n") + "\n");
writeFileSync(join(home, "P/practice.yaml"), `name: Soak
reply-to: hello@practice.example.org
phone: "+1 413 555 0100"
country: US
time-zone: America/New_York
language: en
languages: [en]
contact-hours: { from: "00:00", until: "24:00" }
contact-budget: { per-day: none, per-week: none, per-month: none }
household: { per-day: none }
after-outage: { per-minute: 0 }
channels:
  sms: { adapter: twilio, url: "http://127.0.0.1:${provider.address().port}", account_sid: AC1, auth_token: soak, from: "+12125550100", timeout_seconds: "2" }
`);
writeFileSync(join(home, "P/campaigns/soak.yaml"), `campaign: soak
title: { en: Soak }
purpose: operations
concern: general
topic: soak
priority: 50
enter: { by: api, again: after exit }
steps:
  first:  { send: soak, by: [sms], then: pause, else: pause }
  pause:  { wait: 1 minute }
  second: { send: again, by: [sms], then: done, else: done }
  done:   { end: completed }
`);
// Two words: nothing is said twice.
for (const [name, words] of [["soak", "Hello {given_name}."], ["again", "Hello again, {given_name}."]]) {
    writeFileSync(join(home, `P/content/${name}.en.md`),
        `---\npurpose: operations\ntopic: soak\nsubject: Hello\napproved: { on: 2020-01-01, by: a bench }\n---\n${words}\n`);
}
const data = join(home, "D");
execFileSync(program, ["import", join(home, "F"), "--data", data, "--json"]);
token = JSON.parse(execFileSync(program, ["token", "add", "soak", "--scope", "read,write", "--data", data,
    "--json"], { encoding: "utf8" }).trim().split("\n").at(-1)).token;
const server = spawn(program, ["serve", "--data", data, "--practice", join(home, "P"), "--listen", `127.0.0.1:${port}`,
    "--metrics", `127.0.0.1:${metricsPort}`], { stdio: ["ignore", "ignore", "inherit"] });
const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))[1]) * 1024;
async function tables() {
    const page = (await ask("GET", "/metrics", undefined, undefined, metricsPort)).body;
    return Object.fromEntries([...page.matchAll(/^parcours_ledger_(\w+) (\S+)$/gm)].map(([, name, rows]) => [name, Number(rows)]));
}
let entered = 0;
let refused = 0;
let stopping = false;
let failure;
async function load() {
    for (let i = 0; !stopping; ++i) {
        const began = Date.now();
        const one = await ask("POST", "/api/v1/campaigns/soak/enrolments", JSON.stringify({ patient: `p${i % patients}` }));
        if (one.status === 200) entered += 1;
        else if ((refused += 1) === 1) failure = `${one.status} ${one.body}`;
        if (i % 5 === 0) await ask("GET", `/api/v1/patients/main/p${i % patients}`);
        await sleep(Math.max(0, 1000 / perSecond - (Date.now() - began)));
    }
}
const explained = (now, then) => Object.entries(rowBytes).reduce((sum, [table, bytes]) => sum + bytes * Math.max(0, (now[table] ?? 0) - (then[table] ?? 0)), 0);

let loading;
const broken = [];
try {
    for (let tries = 0; ; ++tries) {
        try {
            if ((await ask("GET", "/readyz")).status === 200) break;
        } catch (error) {
            if (tries > 300) throw error;
        }
        await sleep(200);
    }
    loading = load();
    let first;
    for (let minute = 1; minute <= minutes; ++minute) {
        await sleep(60_000);
        const now = { rss: rss(), rows: await tables(), log: statSync(join(data, "parcours.db")).size };
        const rows = Object.entries(now.rows).map(([name, count]) => `${name} ${count}`).join(", ");
        console.log(`${minute} min: ${(now.rss / 1e6).toFixed(1)} MB, log ${(now.log / 1e6).toFixed(1)} MB, sent ${accepted}; ${rows}`);
        // The first minutes fill caches and pools.
        if (minute === Math.min(3, minutes)) first = now;
        if (first === undefined) continue;
        const over = now.rss - first.rss - explained(now.rows, first.rows) - slack;
        if (over > 0) broken.push(`minute ${minute}: ${(over / 1e6).toFixed(1)} MB more than the rows explain`);
        for (const [table, bound] of Object.entries(bounds)) {
            if (!(now.rows[table] <= bound)) broken.push(`minute ${minute}: ${table} has ${now.rows[table]} rows, more than ${bound}`);
        }
    }
    // The second message of those who came in lately is still to come.
    const due = 2 * entered - 120 * perSecond;
    if (accepted < due) broken.push(`${entered} came in and only ${accepted} messages left`);
    if (entered < minutes * 60 * perSecond / 4) broken.push(`only ${entered} came in (${refused} were refused: ${failure})`);
} finally {
    stopping = true;
    await loading?.catch(() => {});
    const ended = new Promise((done) => server.on("exit", done));
    server.kill("SIGTERM");
    await ended;
    provider.close();
    agent.destroy();
}
console.log(`${entered} enrolments, ${accepted} messages in ${minutes} minutes${refused ? `; ${refused} refused: ${failure}` : ""}`);
for (const line of broken) console.log(`grows: ${line}`);
console.log(broken.length === 0 ? "flat: ok" : "flat: NO");
process.exitCode = broken.length === 0 ? 0 : 1;
