import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  GraphQLObjectType,
  GraphQLSchema,
  isOutputType,
  Kind,
  NoUndefinedVariablesRule,
  NoUnusedFragmentsRule,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
  visit,
} from 'graphql';

/** An operation, and the schema that it is asked of. */
export interface Request {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly root: GraphQLObjectType;
  /** The field whose value is the answer, if it is that of a fragment. */
  readonly field?: string;
}

// A fragment by itself is spread nowhere, and its variables are declared nowhere.
const RULES = specifiedRules.filter((rule) => rule !== NoUnusedFragmentsRule && rule !== NoUndefinedVariablesRule);

/** What a document asks for, by its operation or else its fragment; throws if the schema doesn't allow it. */
export function requestOf(schema: GraphQLSchema, document: DocumentNode): Request {
  const mistakes = validate(schema, document, RULES);
  if (mistakes.length > 0) throw new Error(mistakes.map(located).join('\n'));
  const [operation, another] = operationsIn(document);
  if (!operation) return fragmentRequest(schema, document);
  if (another) throw new Error('The document has more than one operation.');
  const root = schema.getRootType(operation.operation);
  if (!root) throw new Error(`The schema has no ${operation.operation}.`);
  return { schema, document, operation, root };
}

// A query type with one field, of the fragment's type, is put in place of the schema's.
function fragmentRequest(schema: GraphQLSchema, document: DocumentNode): Request {
  const { name, typeCondition } = outermostFragment(document);
  const type = schema.getType(typeCondition.name.value);
  if (!isOutputType(type)) throw new Error(`${name.value} is a fragment on nothing that is answered.`);
  const field = 'fragment';
  const query = new GraphQLObjectType({ name: 'FragmentRoot', fields: { [field]: { type } } });
  const { definitions } = parse(`{ ${field} { ...${name.value} } }`);
  const request = requestOf(new GraphQLSchema({ ...schema.toConfig(), query }), {
    ...document,
    definitions: [...definitions, ...document.definitions],
  });
  return { ...request, field };
}

function operationsIn({ definitions }: DocumentNode): OperationDefinitionNode[] {
  return definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
}

function outermostFragment(document: DocumentNode): FragmentDefinitionNode {
  const spread = new Set<string>();
  visit(document, { FragmentSpread: ({ name }) => void spread.add(name.value) });
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  const [outermost] = fragments.filter(({ name }) => !spread.has(name.value));
  if (!outermost) throw new Error('The document has neither an operation nor a fragment.');
  return outermost;
}

function located({ message, locations: [place] = [] }: GraphQLError): string {
  return place ? `${place.line}:${place.column}: ${message}` : message;
}
