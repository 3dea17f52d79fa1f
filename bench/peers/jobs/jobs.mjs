// The campaign of transition_bench on two job queues over PostgreSQL: every enrolment waits as a job
// of its own; when its turn has come it leaves its step and waits again, so each transition completes
// one job and schedules the next. Prints a line of JSON for each queue.
//   node jobs.mjs CONNECTION FLIGHT SECONDS
import { performance } from "node:perf_hooks";
import { Logger, makeWorkerUtils, run } from "graphile-worker";
import pg from "pg";
import PgBoss from "pg-boss";

const [connectionString, flightText, secondsText] = process.argv.slice(2);
const flight = Number(flightText);
const seconds = Number(secondsText);
const queue = "transition";
const batch = 1000;
const week = 7 * 24 * 3600 * 1000;

const later = (patient) => new Date(Date.now() + week + (patient % 86400) * 1000);
const due = () => new Date(Date.now() - 1000);
const enrolment = (patient, occurrence) => ({
    patient, campaign: "hba1c-recall", step: occurrence % 2 ? "pause" : "answer", occurrence,
});

// Counts what finishes within the measured seconds, after the first of them to warm up.
class Meter {
    constructor() { this.count = 0; this.began = performance.now() + 2000; }
    add(n) { if (performance.now() >= this.began && !this.over()) this.count += n; }
    over() { return performance.now() >= this.began + seconds * 1000; }
    result(name, version) {
        return JSON.stringify({ queue: name, version, flight, per_second: Math.round(this.count / seconds) });
    }
}

async function* portions(size) {
    for (let from = 0; from < flight; from += size) {
        yield Array.from({ length: Math.min(size, flight - from) }, (_, i) => from + i);
    }
}

async function withBoss() {
    const boss = new PgBoss({ connectionString, schema: "boss", supervise: false, schedule: false, max: 8 });
    boss.on("error", (error) => { throw error; });
    await boss.start();
    await boss.createQueue(queue);
    for await (const patients of portions(5000)) {
        await boss.insert(patients.map((p) => ({ name: queue, data: enrolment(p, 1), startAfter: due() })));
    }
    const meter = new Meter();
    const worker = async () => {
        while (!meter.over()) {
            const jobs = await boss.fetch(queue, { batchSize: batch });
            if (jobs.length === 0) throw new Error("pg-boss ran out of jobs: raise FLIGHT");
            await boss.insert(jobs.map(({ data }) => ({
                name: queue, data: enrolment(data.patient, data.occurrence + 1), startAfter: later(data.patient),
            })));
            await boss.complete(queue, jobs.map(({ id }) => id));
            meter.add(jobs.length);
        }
    };
    await Promise.all(Array.from({ length: 4 }, worker));
    await boss.stop({ graceful: false });
    return meter.result("pg-boss", "10.4.2");
}

async function withGraphile() {
    const pool = new pg.Pool({ connectionString, max: 24 });
    const utils = await makeWorkerUtils({ pgPool: pool });
    await utils.migrate();
    const schedule = (specs) => pool.query(
        `select count(*) from graphile_worker.add_jobs(array(
            select json_populate_recordset(null::graphile_worker.job_spec, $1::json)))`,
        [JSON.stringify(specs)]);
    const spec = (data, at) => ({ identifier: queue, payload: data, run_at: at.toISOString() });
    for await (const patients of portions(5000)) {
        await schedule(patients.map((p) => spec(enrolment(p, 1), due())));
    }
    const meter = new Meter();
    // Timers of jobs that run at the same time are set together.
    let waiting = [];
    const flush = async () => {
        const mine = waiting;
        waiting = [];
        try {
            await schedule(mine.map(({ data }) => spec(data, later(data.patient))));
            mine.forEach(({ done }) => done());
            meter.add(mine.length);
        } catch (error) {
            mine.forEach(({ failed }) => failed(error));
        }
    };
    const runner = await run({
        pgPool: pool, concurrency: 16, noHandleSignals: true, pollInterval: 100,
        logger: new Logger(() => () => {}),
        taskList: {
            [queue]: (data) => new Promise((done, failed) => {
                if (waiting.length === 0) setImmediate(flush);
                waiting.push({ data: enrolment(data.patient, data.occurrence + 1), done, failed });
            }),
        },
    });
    while (!meter.over()) await new Promise((resolve) => setTimeout(resolve, 50));
    await runner.stop();
    await utils.release();
    await pool.end();
    return meter.result("graphile-worker", "0.16.6");
}

console.log(await withBoss());
console.log(await withGraphile());
process.exit(0);
