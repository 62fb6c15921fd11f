/** The program that puts a folder into the cluster as an image; undefined where there is none. */
export const imageTool = process.env['KUBE_IMAGE_TOOL'];
