// What the compiler knows of the app: run in web/, with names of fields; prints JSON.
//
// `loose`: where something gets around the types. `uses`: where fields by these names are used that codegen/ declares.

import { relative } from 'node:path';
import { API, TypeFlags } from 'typescript/unstable/sync';
import { SyntaxKind } from 'typescript/unstable/ast';

const api = new API({ cwd: process.cwd() });
const snapshot = api.updateSnapshot({ openProjects: [`${process.cwd()}/tsconfig.json`] });
const [{ checker, program, rootFiles }] = snapshot.getProjects();
const fields = new Set(process.argv.slice(1));
const loose = [];
const uses = [];

const DECLARED = [SyntaxKind.VariableDeclaration, SyntaxKind.Parameter, SyntaxKind.BindingElement];
const SPREAD = [SyntaxKind.SpreadAssignment, SyntaxKind.SpreadElement, SyntaxKind.JsxSpreadAttribute];

// What nobody has written and is `any` all the same: names without a type, and what is spread.
function ofUnwrittenType(node) {
  if (SPREAD.includes(node.kind)) return node.expression;
  return DECLARED.includes(node.kind) && !node.type && node.name?.kind === SyntaxKind.Identifier ? node.name : undefined;
}

function wordsFor(node, text) {
  switch (node.kind) {
    case SyntaxKind.AnyKeyword:
      return 'any';
    case SyntaxKind.AsExpression:
      return text(node.type) === 'const' ? undefined : 'a cast';
    case SyntaxKind.TypeAssertionExpression:
      return 'a cast';
    case SyntaxKind.NonNullExpression:
      return 'an assertion';
    case SyntaxKind.VariableDeclaration:
    case SyntaxKind.PropertyDeclaration:
      return node.exclamationToken ?? node.postfixToken?.kind === SyntaxKind.ExclamationToken ? 'an assertion' : undefined;
    default:
      return undefined;
  }
}

for (const path of rootFiles.filter((name) => name.includes('/src/') && !name.includes('.gen.'))) {
  const source = program.getSourceFile(path);
  const text = (node) => source.text.slice(node.getStart(source), node.end);
  const place = (at) => `${relative('src', path)}:${source.getLineAndCharacterOfPosition(at).line + 1}`;
  const visit = (node) => {
    const words = wordsFor(node, text);
    if (words) loose.push(`${place(node.getStart(source))}: ${words}`);
    const unwritten = ofUnwrittenType(node);
    if (unwritten && checker.getTypeAtLocation(unwritten)?.flags & TypeFlags.Any) {
      loose.push(`${place(unwritten.getStart(source))}: is any`);
    }
    if (node.kind === SyntaxKind.Identifier && fields.has(node.text)) {
      const declarations = checker.getSymbolAtLocation(node)?.declarations ?? [];
      if (declarations.some((one) => one.path.includes('/codegen/'))) uses.push(place(node.getStart(source)));
    }
    node.forEachChild(visit);
  };
  visit(source);
  for (const { index } of source.text.matchAll(/@ts-|eslint-disable|biome-ignore/g)) loose.push(`${place(index)}: an exception`);
}
api.close();
console.log(JSON.stringify({ loose, uses }));
