import { execute } from './execute.ts';
import { RequestError, type RequestOptions, type TypedDocument } from './request.ts';
import { type Unmasked, unmask } from './unmask.ts';

/** What the root field answers, with the fields of all fragments. */
export type Answer<Result> = Unmasked<Result[Extract<keyof Result, string>]>;

type HasOneField<Result, Field = keyof Result> = Field extends keyof Result
  ? [keyof Result] extends [Field]
    ? unknown
    : never
  : never;

/**
 * Sends a mutation and answers what its one field does: a success or one of the expected errors, told apart by their
 * `__typename`. Throws `RequestError` for what is not to be expected.
 */
export function mutate<Result extends object, Variables>(
  document: TypedDocument<Result, Variables> & HasOneField<Result>,
  variables: NoInfer<Variables>,
  options: RequestOptions,
): Promise<Answer<Result>> {
  return execute(document, variables, options).then(answerIn);
}

function answerIn<Result extends object>(data: Result): Answer<Result> {
  for (const field in data) return unmask(data[field]);
  throw new RequestError('The response has no field', { status: 200 });
}
