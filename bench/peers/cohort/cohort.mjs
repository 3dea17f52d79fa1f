// The cohort "HbA1c of 8 % or more in 2024" by other means, over a folder of FHIR NDJSON.
//   node cohort.mjs duckdb FOLDER      DuckDB, 2 threads: over columns made of the folder, and over its JSON
//   node cohort.mjs cql FOLDER N       cql-execution, one patient after another: the first N patients
// FROM, TO and LEAST in the environment name other bounds of the year and of the value. One JSON object on standard output.
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const [what, folder, count = '2000'] = process.argv.slice(2);
if (!folder || !existsSync(join(folder, 'Observation.ndjson'))) {
  console.error('cohort.mjs: name duckdb or cql, and a folder with Patient.ndjson and Observation.ndjson');
  process.exit(2);
}
const codes = ['4548-4', '4549-2', '17856-6', '41995-2'];
const from = process.env.FROM ?? '2024-01-01';
const to = process.env.TO ?? '2025-01-01';
const least = process.env.LEAST ?? '8';

const seconds = async (run) => {
  const began = performance.now();
  const value = await run();
  return { seconds: (performance.now() - began) / 1000, value };
};
const best = (runs) => runs.reduce((a, b) => (a.seconds < b.seconds ? a : b));

async function duckdb() {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  const file = join(folder, 'Observation.ndjson');
  const columns = `{subject: 'STRUCT(reference VARCHAR)', code: 'STRUCT(coding STRUCT("system" VARCHAR, code VARCHAR)[])',
    effectiveDateTime: 'VARCHAR', valueQuantity: 'STRUCT("value" DOUBLE, code VARCHAR)'}`;
  const read = `read_json('${file}', format = 'newline_delimited', columns = ${columns}, maximum_object_size = 16777216)`;
  const flat = `select subject.reference as patient, c.system as system, c.code as code, valueQuantity.value as value,
    valueQuantity.code as unit, try_cast(effectiveDateTime as timestamptz) as effective
    from (select *, unnest(code.coding) as c from ${read})`;
  const cohort = (table) => `select count(distinct patient) as patients from ${table} where system = 'http://loinc.org'
    and code in (${codes.map((c) => `'${c}'`).join(', ')}) and value >= ${least} and unit = '%'
    and effective >= timestamptz '${from} 00:00:00+00' and effective < timestamptz '${to} 00:00:00+00'`;
  const ask = async (sql) => Number((await (await connection.runAndReadAll(sql)).getRows())[0][0]);
  const json = await seconds(() => ask(cohort(`(${flat})`)));
  const load = await seconds(() => connection.run(`create table observation as ${flat}`));
  const runs = [];
  for (let i = 0; i < 5; ++i) runs.push(await seconds(() => ask(cohort('observation'))));
  return { patients: runs[0].value, seconds: best(runs).seconds, first_seconds: runs[0].seconds, load_seconds: load.seconds, json_seconds: json.seconds };
}

/** The same as ELM, by hand: elements are compared as they are, without FHIRHelpers' conversions. */
function library() {
  const property = (path, source) => ({ type: 'Property', path, source });
  const of = (path) => ({ type: 'Property', path, scope: 'O' });
  const literal = (value, type) => ({ type: 'Literal', valueType: `{urn:hl7-org:elm-types:r1}${type}`, value });
  const date = (text) => ({ type: 'DateTime', ...Object.fromEntries(['year', 'month', 'day', 'hour', 'minute', 'second', 'millisecond'].map((part, i) => [part, literal(String([...text.split('-').map(Number), 0, 0, 0, 0][i]), 'Integer')])), timezoneOffset: literal('0', 'Decimal') });
  return {
    library: {
      identifier: { id: 'HbA1c' }, schemaIdentifier: { id: 'urn:hl7-org:elm', version: 'r1' },
      usings: { def: [{ localIdentifier: 'System', uri: 'urn:hl7-org:elm-types:r1' }, { localIdentifier: 'FHIR', uri: 'http://hl7.org/fhir', version: '4.0.1' }] },
      valueSets: { def: [{ name: 'hba1c', id: 'hba1c', accessLevel: 'Public' }] },
      statements: { def: [
        { name: 'Patient', context: 'Patient', expression: { type: 'SingletonFrom', operand: { dataType: '{http://hl7.org/fhir}Patient', type: 'Retrieve' } } },
        { name: 'High', context: 'Patient', accessLevel: 'Public', expression: { type: 'Exists', operand: {
          type: 'Query',
          source: [{ alias: 'O', expression: { type: 'Retrieve', dataType: '{http://hl7.org/fhir}Observation', codeProperty: 'code', codeComparator: 'in', codes: { type: 'ExpandValueSet', operand: { type: 'ValueSetRef', name: 'hba1c', preserve: true } } } }],
          relationship: [],
          where: { type: 'And', operand: [
            { type: 'And', operand: [
              { type: 'GreaterOrEqual', operand: [property('value', property('value', of('value'))), literal(least, 'Decimal')] },
              { type: 'Equal', operand: [property('value', property('code', of('value'))), literal('%', 'String')] }] },
            { type: 'In', operand: [property('value', of('effective')), { type: 'Interval', lowClosed: true, highClosed: false, low: date(from), high: date(to) }] }] },
        } } }] },
    },
  };
}

async function cql() {
  const { default: engine } = await import('cql-execution');
  const { default: fhir } = await import('cql-exec-fhir');
  const patients = new Map();
  const lines = async (name, use) => {
    for await (const line of createInterface({ input: createReadStream(join(folder, name)) })) if (use(JSON.parse(line)) === false) break;
  };
  await lines('Patient.ndjson', (patient) => {
    patients.set(patient.id, { resourceType: 'Bundle', type: 'collection', entry: [{ resource: patient }] });
    return patients.size < Number(count);
  });
  let observations = 0;
  await lines('Observation.ndjson', (observation) => {
    const bundle = patients.get(observation.subject?.reference?.replace('Patient/', ''));
    if (bundle) { bundle.entry.push({ resource: observation }); ++observations; }
  });
  const set = codes.map((code) => ({ code, system: 'http://loinc.org' }));
  const service = new engine.CodeService({ hba1c: { '': set } });
  const executor = new engine.Executor(new engine.Library(library()), service);
  const run = async () => {
    const source = fhir.PatientSource.FHIRv401();
    source.loadBundles([...patients.values()]);
    const results = await executor.exec(source);
    return Object.values(results.patientResults).filter((result) => result.High).length;
  };
  await run(); // warm
  const { seconds: taken, value } = await seconds(run);
  return { patients: value, of: patients.size, observations, seconds: taken, us_per_patient: (taken * 1e6) / patients.size };
}

console.log(JSON.stringify(await (what === 'cql' ? cql() : duckdb())));
