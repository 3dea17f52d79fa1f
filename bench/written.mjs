// How soon a written record is seen: PUTs of Observations of random patients to a server that runs
// on a copy of a practice, each followed by what must see it. Prints one line of JSON.
// Usage: node bench/written.mjs PROGRAM DATA COUNT IDS   (IDS: a file with ids of patients, a line each)
import { spawn, execFileSync } from "node:child_process";
import { openSync, writeSync, fsyncSync, closeSync, readFileSync, unlinkSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { createServer } from "node:net";

const [program, data, countText, idsFile] = process.argv.slice(2);
const count = Number(countText);
const ids = readFileSync(idsFile, "utf8").trim().split("\n");
const warming = 100;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

const port = await new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
        const free = probe.address().port;
        probe.close(() => done(free));
    });
});
const token = JSON.parse(
    execFileSync(program, ["token", "add", `written-${process.pid}`, "--scope",
        "read,fhir.read,fhir.write", "--data", data, "--json"], { encoding: "utf8" }).trim()
        .split("\n").at(-1)).token;
const server = spawn(program, ["serve", "--data", data, "--listen", `127.0.0.1:${port}`],
    { stdio: ["ignore", "ignore", "inherit"] });
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function ask(method, path, body) {
    return new Promise((done, failed) => {
        const text = body === undefined ? undefined : JSON.stringify(body);
        const request = http.request({
            agent, port, host: "127.0.0.1", method, path, headers: {
                authorization: `Bearer ${token}`,
                ...(text === undefined ? {} : { "content-length": Buffer.byteLength(text),
                    "content-type": path.startsWith("/fhir") ? "application/fhir+json" : "application/json" }),
            },
        }, (answer) => {
            let all = "";
            answer.on("data", (more) => { all += more; });
            answer.on("end", () => done({ status: answer.statusCode, body: all }));
        });
        request.on("error", failed);
        request.end(text);
    });
}

const sorted = (times) => [...times].sort((a, b) => a - b);
const at = (times, share) => sorted(times)[Math.min(times.length - 1, Math.floor(times.length * share))];
const rounded = (times) => ({
    p50_ms: +at(times, 0.5).toFixed(2), p99_ms: +at(times, 0.99).toFixed(2),
    max_ms: +at(times, 1).toFixed(2),
});

// Nobody has so much: who counts was written by this run, or by one before it.
const cohort = "exists ([Observation: code in \"hba1c\"] O where (O.value as Quantity) >= 90 '%')";
const counted = async () => {
    const answer = await ask("POST", "/api/v1/cohorts/count", { cql: cohort });
    if (answer.status !== 200) throw new Error(answer.body);
    return JSON.parse(answer.body).patients;
};

try {
    for (let tries = 0; ; ++tries) {
        try {
            if ((await ask("GET", "/api/v1/map")).status === 200) break;
        } catch (error) {
            if (tries > 1500) throw error;
        }
        await sleep(200);
    }
    const puts = [];
    const fsyncs = [];
    const probe = join(data, "written.probe");
    const file = openSync(probe, "w");
    let next = 1;
    const any = () => (next = (next * 48271) % 2147483647) % ids.length;
    const seen = new Set();
    const before = await counted();
    // The first write meets a server that has just begun: its cohorts are still being judged.
    let first = 0;
    for (let i = -warming; i < count; ++i) {
        if (i === 0) {
            puts.length = fsyncs.length = 0;
        }
        const patient = ids[any()];
        seen.add(patient);
        const id = `written-${process.pid}-${i}`;
        const begin = performance.now();
        const answer = await ask("PUT", `/fhir/Observation/${id}`, {
            resourceType: "Observation", id, status: "final",
            code: { coding: [{ system: "http://loinc.org", code: "4548-4" }] },
            subject: { reference: `Patient/${patient}` }, effectiveDateTime: "2024-06-01",
            valueQuantity: { value: 95, unit: "%", system: "http://unitsofmeasure.org", code: "%" },
        });
        puts.push(performance.now() - begin);
        first ||= puts[0];
        if (answer.status !== 201) throw new Error(`${answer.status}: ${answer.body}`);
        // What the disk alone takes for so small a record, in the same moment.
        const from = performance.now();
        writeSync(file, Buffer.alloc(4096, i));
        fsyncSync(file);
        fsyncs.push(performance.now() - from);
        const members = (i + warming) % 50 === 0 && before === 0 ? await counted() : seen.size;
        if (members !== seen.size) {
            throw new Error(`the cohort does not count what was written: ${i}`);
        }
    }
    closeSync(file);
    unlinkSync(probe);
    const put = rounded(puts);
    const fsync = rounded(fsyncs);
    console.log(JSON.stringify({ writes: count, put, fsync, first_ms: +first.toFixed(1),
        times_fsync: +(put.p50_ms / fsync.p50_ms).toFixed(1) }));
} finally {
    agent.destroy();
    server.kill("SIGTERM");
    await new Promise((done) => server.once("exit", done));
}
