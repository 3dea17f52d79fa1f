// fhirpath.js on the expressions of bench/fhirpath_expressions.txt:
//   node fhirpath.mjs EXPRESSIONS FOLDER-OF-NDJSON LIMIT
// A line for each: evaluations per second of processor time, and how many items came out of one pass.
import { readFileSync } from 'node:fs';
import fhirpath from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4/index.js';

const [expressions, folder, limit] = process.argv.slice(2);
const resources = new Map();

function load(type) {
    if (!resources.has(type)) {
        const lines = readFileSync(`${folder}/${type}.ndjson`, 'utf8').split('\n');
        resources.set(type, lines.filter(Boolean).slice(0, Number(limit)).map((line) => JSON.parse(line)));
    }
    return resources.get(type);
}

for (const line of readFileSync(expressions, 'utf8').split('\n')) {
    if (!line || line.startsWith('#')) {
        continue;
    }
    const [type, expression] = line.split('\t');
    const all = load(type);
    const evaluate = fhirpath.compile(expression, r4);
    let items = 0;
    for (const resource of all) {
        items += evaluate(resource).length;
    }
    let count = 0;
    const begin = process.cpuUsage();
    let seconds = 0;
    while (seconds < 1) {
        for (const resource of all) {
            evaluate(resource);
        }
        count += all.length;
        const used = process.cpuUsage(begin);
        seconds = (used.user + used.system) / 1e6;
    }
    console.log(`${Math.round(count / seconds)}\t${items}`);
}
