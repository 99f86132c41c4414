// SPDX-License-Identifier: GPL-2.0
/*
 * Attaches the BPF programs of an object, and keeps them so until it is killed:
 *	attach OBJECT
 */
#include <bpf/libbpf.h>
#include <err.h>
#include <stdio.h>
#include <unistd.h>

static void attach(struct bpf_object *object)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, object)
		if (!bpf_program__attach(program))
			err(2, "%s", bpf_program__name(program));
}

int main(int argc, char **argv)
{
	struct bpf_object *object;

	if (argc != 2)
		errx(2, "usage: attach OBJECT");
	object = bpf_object__open(argv[1]);
	if (!object || bpf_object__load(object))
		err(2, "%s", argv[1]);
	attach(object);
	puts("ready");
	fflush(stdout);
	pause();
	return 0;
}
