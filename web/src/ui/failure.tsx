import { useQueryErrorResetBoundary } from '@tanstack/react-query';
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';

/** What stands where a page could not be loaded: why, and a way on. */
export function Failure({ error }: ErrorComponentProps) {
  const router = useRouter();
  const { reset } = useQueryErrorResetBoundary();
  useEffect(reset, [reset]);
  return (
    <section role="alert" className="mx-auto max-w-md px-4 py-20 text-center">
      <h1 className="text-2xl font-semibold tracking-tight">This page could not be loaded</h1>
      <p className="text-soft mt-3">{error instanceof Error ? error.message : String(error)}</p>
      <button type="button" className="button-main mt-6" onClick={() => router.invalidate()}>
        Try again
      </button>
    </section>
  );
}
