import * as pulumi from '@pulumi/pulumi';

/**
 * What a resource was asked for with, as an output of that resource: who uses it waits for the resource,
 * and knows the value in a preview already. What a provider would tell is not known there before
 * the resource exists, and neither would be any object that it goes into.
 */
export function ofResource(
  { urn }: pulumi.Resource,
  value: pulumi.Input<string>,
): pulumi.Output<string> {
  return pulumi.all([value, urn]).apply(([known]) => known);
}
