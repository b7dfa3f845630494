import {
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  isInputType,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql';

type Values = Readonly<Record<string, unknown>>;

/** The variables given, and made-up ones where the operation demands more. */
export function withRequired(schema: GraphQLSchema, operation: OperationDefinitionNode, given: Values): Values {
  const made = (operation.variableDefinitions ?? []).flatMap(({ variable, type, defaultValue }) => {
    const inputType = typeFromAST(schema, type);
    const isRequired = isNonNullType(inputType) && isInputType(inputType) && defaultValue === undefined;
    return isRequired ? [[variable.name.value, inputValue(inputType)]] : [];
  });
  return { ...Object.fromEntries(made), ...given };
}

// No id that anybody asked for is empty, so an object is not given this one.
const SCALARS: Values = { Boolean: true, Float: 1, Int: 1 };

function inputValue(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return inputValue(type.ofType);
  if (isListType(type)) return [];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (!isInputObjectType(type)) return SCALARS[type.name] ?? '';
  const fields = Object.values(type.getFields());
  const needed = type.isOneOf ? fields.slice(0, 1) : fields.filter(isRequiredInputField);
  return Object.fromEntries(needed.map((field) => [field.name, inputValue(field.type)]));
}
