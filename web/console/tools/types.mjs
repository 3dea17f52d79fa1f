// Writes the types of the API from its description: src/api/schema.d.ts.
import fs from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const source = new URL('../../../src/http/api/openapi.yaml', import.meta.url);
const target = new URL('../src/api/schema.d.ts', import.meta.url);
const text = astToString(await openapiTS(source, { alphabetize: false }));
const before = fs.existsSync(target) ? fs.readFileSync(target, 'utf8') : '';
if (before !== text) fs.writeFileSync(target, text);
