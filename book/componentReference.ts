/** The components as a page, made of their docstrings and types by the compiler that checks them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { code, table } from './markdown.ts';
import { ROOT } from './root.ts';

const FOLDER = join(ROOT, 'components');

/** Pulumi's own parameters, which every component has. */
const PULUMIS = ['name', 'opts'];

export function componentReference(): string {
  const files = readdirSync(FOLDER).map((file) => join(FOLDER, file));
  const program = ts.createProgram(files, options());
  const checker = program.getTypeChecker();
  const reader = new Reader(checker);
  const classes = files.flatMap((file) => {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    return module === undefined ? [] : checker.getExportsOfModule(module);
  });
  const components = classes.filter(isComponent).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return `# The components

Made of their docstrings in \`components/\` by \`npm run book:reference\`. How they stand together in a program:
[components.md](../components.md). Every one takes a name first, and Pulumi's resource options last where it says so.
A \`pulumi.Input<T>\` is a \`T\`, or an output that will be one.

${table(
  ['component', 'what it is'],
  components.map((one) => [
    `[${code(one.name)}](#${one.name.toLowerCase()})`,
    reader.text(one).split(/(?<=\.)\s/)[0] ?? '',
  ]),
)}

${components.map((one) => reader.component(one)).join('\n\n')}
`;
}

/** A class that is made with a name. */
function isComponent(symbol: ts.Symbol): boolean {
  return constructorOf(symbol)?.parameters[0]?.name.getText() === 'name';
}

function constructorOf({ valueDeclaration }: ts.Symbol): ts.ConstructorDeclaration | undefined {
  if (valueDeclaration === undefined || !ts.isClassDeclaration(valueDeclaration)) return undefined;
  return valueDeclaration.members.find(ts.isConstructorDeclaration);
}

function options(): ts.CompilerOptions {
  const read = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (file) => ts.sys.readFile(file));
  // Nothing is written, so nothing is kept of it either.
  const config = { ...(read.config as object), include: [] };
  const { options: all } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  delete all.tsBuildInfoFile;
  return { ...all, incremental: false };
}

class Reader {
  readonly #checker: ts.TypeChecker;

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  component(symbol: ts.Symbol): string {
    const made = constructorOf(symbol);
    if (made === undefined) throw new TypeError(`${symbol.name} is no component`);
    const declared = made.parent as ts.ClassDeclaration;
    const parameters = made.parameters.filter(({ name }) => !PULUMIS.includes(name.getText()));
    const signature = made.parameters
      .map((one, index) => `${parameterName(one, index)}${isOptional(one) ? '?' : ''}`)
      .join(', ');
    const [kind = ''] = declared.heritageClauses?.[0]?.types.map((one) => one.getText()) ?? [];
    const isOwn = kind !== '' && !kind.includes('.');
    return [
      `## ${symbol.name}`,
      code(`new ${symbol.name}(${signature})`) +
        (isOwn ? `, a [${kind}](#${kind.toLowerCase()})` : ''),
      this.text(symbol),
      ...throwsOf(symbol, this.#checker),
      ...parameters.flatMap((one) => this.#parameter(one)),
      ...this.#outputs(declared),
    ].join('\n\n');
  }

  #parameter(parameter: ts.ParameterDeclaration): string[] {
    const type = this.#checker.getTypeAtLocation(parameter);
    const typeText = parameter.type?.getText() ?? '';
    const properties = /Args$/.test(typeText)
      ? this.#checker.getPropertiesOfType(this.#checker.getNonNullableType(type))
      : [];
    if (properties.length === 0) {
      const symbol = this.#checker.getSymbolAtLocation(parameter.name);
      const text = symbol === undefined ? '' : this.text(symbol);
      return [`\`${parameter.name.getText()}\` (\`${typeText}\`)${text === '' ? '' : `: ${text}`}`];
    }
    return [
      table(
        ['argument', 'type', 'unless given', 'what it is'],
        properties.map((property) => {
          const isNeeded = (property.flags & ts.SymbolFlags.Optional) === 0;
          return [
            code(property.name),
            code(typeOf(property)),
            isNeeded ? 'has to be given' : defaultOf(property, this.#checker),
            this.text(property),
          ];
        }),
      ),
    ];
  }

  #outputs({ members }: ts.ClassDeclaration): string[] {
    const outputs = members
      .filter(ts.isPropertyDeclaration)
      .filter((one) => !ts.isPrivateIdentifier(one.name))
      .filter(({ modifiers }) =>
        modifiers?.every(({ kind }) => kind === ts.SyntaxKind.ReadonlyKeyword),
      )
      .flatMap(({ name }) => this.#checker.getSymbolAtLocation(name) ?? []);
    if (outputs.length === 0) return [];
    return [
      table(
        ['output', 'type', 'what it is'],
        outputs.map((one) => [
          code(one.name),
          code(typeOf(one) || this.#checker.typeToString(this.#checker.getTypeOfSymbol(one))),
          this.text(one),
        ]),
      ),
    ];
  }

  text(symbol: ts.Symbol): string {
    return ts.displayPartsToString(symbol.getDocumentationComment(this.#checker));
  }
}

/** A parameter that is taken apart has no name of its own. */
function parameterName({ name }: ts.ParameterDeclaration, index: number): string {
  return ts.isIdentifier(name) ? name.text : index === 1 ? 'args' : 'opts';
}

function isOptional({ questionToken, initializer }: ts.ParameterDeclaration): boolean {
  return questionToken !== undefined || initializer !== undefined;
}

/** As it is written where it is declared. */
function typeOf({ declarations }: ts.Symbol): string {
  const declared = declarations?.[0];
  if (declared === undefined) return '';
  if (!ts.isPropertySignature(declared) && !ts.isPropertyDeclaration(declared)) return '';
  return (declared.type?.getText() ?? '').replace(/\s+/g, ' ').replace(/ \| undefined$/, '');
}

/** `@default 5` is a value, `@default - none` is said in words. */
function defaultOf(symbol: ts.Symbol, checker: ts.TypeChecker): string {
  const tag = symbol.getJsDocTags(checker).find(({ name }) => name === 'default');
  const text = ts.displayPartsToString(tag?.text);
  if (text === '') return '';
  const [value = '', ...words] = text.split(/,? (?=[a-z(])/);
  return text.startsWith('- ') ? text.slice(2) : [code(value), ...words].join(' ');
}

function throwsOf(symbol: ts.Symbol, checker: ts.TypeChecker): string[] {
  return symbol
    .getJsDocTags(checker)
    .filter(({ name }) => name === 'throws')
    .map(({ text }) => {
      const [type = '', ...words] = ts.displayPartsToString(text).split(' ');
      return `Throws ${code(type)} ${words.join(' ')}.`;
    });
}
