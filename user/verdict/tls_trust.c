/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose word Go did not take for a certificate, and why. The error is the same for a missing bundle
 * and a private authority: what the image holds and what came over the wire tells them apart.
 */
#include <string.h>

#include "user/verdict/rule.h"
#include "user/verdict/show_tls.h"
#include "user/verdict/texts_trust.h"

#define EPERM_NUMBER	1
#define EACCES_NUMBER	13

static const struct trust_evidence *trust_of(const struct scene *scene)
{
	return &scene->context->trust;
}

static bool is_client(const struct scene *scene)
{
	return scene->fact->tls.role == TLS_ROLE_CLIENT;
}

static bool is_server(const struct scene *scene)
{
	return scene->fact->tls.role == TLS_ROLE_SERVER;
}

static bool has_own_pool(const struct scene *scene)
{
	return scene->fact->tls.config.known && scene->fact->tls.config.own_pool;
}

static bool has_system_pool(const struct scene *scene)
{
	return scene->fact->tls.config.known && !scene->fact->tls.config.own_pool &&
	       trust_of(scene)->searched;
}

/* Until Go 1.19 it is not told what came: an authority without names is no server's certificate. */
static bool is_leaf(const struct scene *scene)
{
	const struct trust_evidence *trust = trust_of(scene);

	if (scene->fact->tls.chain)
		return scene->fact->tls.is_leaf;
	return !trust->is_authority || trust->names[0];
}

static bool is_self_signed(const struct scene *scene)
{
	return is_client(scene) && trust_of(scene)->parsed && trust_of(scene)->is_self_issued &&
	       is_leaf(scene);
}

static bool has_no_bundle(const struct scene *scene)
{
	return is_client(scene) && has_system_pool(scene) && !trust_of(scene)->authorities;
}

/*
 * The pool at hand, whichever it is, has no authority that fits. One that is there by name now and
 * was not tried came after the program had read the bundle: nothing is said then.
 */
static bool lacks_issuer(const struct scene *scene)
{
	const struct trust_evidence *trust = trust_of(scene);

	if (!is_client(scene) || !trust->parsed)
		return false;
	if (has_own_pool(scene))
		return true;
	return has_system_pool(scene) && trust->authorities &&
	       (!trust->issuer_found || scene->fact->tls.same_name);
}

static bool lacks_intermediate(const struct scene *scene)
{
	const struct trust_evidence *trust = trust_of(scene);

	return lacks_issuer(scene) && scene->fact->tls.chain == 1 && scene->fact->tls.is_leaf &&
	       !trust->is_self_issued && !trust->is_authority && trust->has_issuer_url &&
	       !scene->fact->tls.same_name;
}

/* Only the leaf was sent, as far as is known: its issuer may be no root. */
static bool may_lack_intermediate(const struct scene *scene)
{
	return scene->fact->tls.chain <= 1 && !scene->fact->tls.same_name;
}

static bool is_unreadable(const struct scene *scene)
{
	return trust_of(scene)->bundle[0] && (scene->fact->tls.os_error == EACCES_NUMBER ||
					      scene->fact->tls.os_error == EPERM_NUMBER);
}

static void weigh_trust(struct scene *scene)
{
	const struct trust_evidence *trust = trust_of(scene);

	show_handshake(scene);
	show_certificate(scene);
	if (has_own_pool(scene)) {
		scene_show(scene, "trust.pool", "the program's own");
		scene_show(scene, "trust.authorities", "%u", scene->fact->tls.config.authorities);
		scene_hint(scene, "own", "%u", scene->fact->tls.config.authorities);
		if (!scene->fact->tls.config.authorities)
			scene_hint(scene, "empty", "0");
	} else if (trust->searched) {
		scene_show(scene, "trust.bundle", "%s", trust->bundle);
		scene_show(scene, "trust.authorities", "%u", trust->authorities);
		scene_hint(scene, "system", "%u", trust->authorities);
	}
	if (trust->by_environment)
		scene_show(scene, "SSL_CERT_FILE", "%s", trust->bundle);
	scene_show(scene, "image", "%s", trust->system);
	scene_show(scene, "executable.libc", "%s", trust->libc);
	if (scene->fact->tls.same_name)
		scene_show(scene, "trust.same_name", "true");
}

static void weigh_unreadable(struct scene *scene)
{
	const struct trust_evidence *trust = trust_of(scene);

	show_handshake(scene);
	scene_show(scene, "trust.bundle", "%s", trust->bundle);
	scene_show(scene, "error.text", "%s", scene->fact->message);
	if (!trust->rights_known)
		return;
	scene_show(scene, "trust.bundle.mode", "%04o", trust->mode);
	scene_show(scene, "trust.bundle.user", "%u", trust->user);
	scene_show(scene, "trust.bundle.group", "%u", trust->group);
}

static void weigh_client(struct scene *scene)
{
	show_handshake(scene);
	show_certificate(scene);
	scene_show(scene, "error.text", "%s", scene->fact->message);
	if (!scene->fact->tls.config.known)
		return;
	if (has_own_pool(scene)) {
		scene_show(scene, "trust.pool", "tls.Config.ClientCAs");
		scene_show(scene, "trust.authorities", "%u", scene->fact->tls.config.authorities);
	} else {
		scene_show(scene, "trust.pool", "tls.Config.ClientCAs is nil");
		scene_hint(scene, "nil", "nil");
	}
}

static bool names_file(const struct scene *scene)
{
	return trust_of(scene)->by_environment;
}

static bool is_system(const struct scene *scene, const char *name)
{
	return !names_file(scene) && !strcmp(trust_of(scene)->system, name);
}

static bool is_alpine(const struct scene *scene)
{
	return is_system(scene, "alpine");
}

static bool is_debian(const struct scene *scene)
{
	return is_system(scene, "debian") || is_system(scene, "ubuntu");
}

static bool is_scratch(const struct scene *scene)
{
	return is_system(scene, "");
}

static bool lets_environment(const struct scene *scene)
{
	return !has_own_pool(scene) && !names_file(scene);
}

static bool is_system_file(const struct scene *scene)
{
	return !has_own_pool(scene);
}

static const struct rule rules[] = {
	{
		.cause = "self_signed",
		.errors = { "unknown_authority" },
		.holds = is_self_signed,
		.weigh = weigh_trust,
		.explanation = &text_self_signed,
		.fixes = {
			{ &fix_add_to_own_pool, PLACE_ANY, has_own_pool },
			{ &fix_trust_this_one, PLACE_ANY, is_system_file },
			{ &fix_append_pem, PLACE_ANY, is_system_file },
			{ &fix_real_certificate, PLACE_ANY, NULL },
		},
	},
	{
		.cause = "no_ca_bundle_in_image",
		.errors = { "unknown_authority" },
		.holds = has_no_bundle,
		.weigh = weigh_trust,
		.explanation = &text_no_bundle,
		.fixes = {
			{ &fix_right_variable, PLACE_ANY, names_file },
			{ &fix_apk_add, PLACE_ANY, is_alpine },
			{ &fix_apt_install, PLACE_ANY, is_debian },
			{ &fix_copy_bundle, PLACE_ANY, is_scratch },
			{ &fix_install_bundle, PLACE_ANY, NULL },
			{ &fix_point_to_bundle, PLACE_ANY, lets_environment },
		},
	},
	{
		.cause = "intermediate_not_sent",
		.errors = { "unknown_authority" },
		.holds = lacks_intermediate,
		.weigh = weigh_trust,
		.explanation = &text_no_intermediate,
		.fixes = {
			{ &fix_full_chain, PLACE_ANY, NULL },
			{ &fix_add_to_own_pool, PLACE_ANY, has_own_pool },
			{ &fix_append_pem, PLACE_ANY, is_system_file },
		},
	},
	{
		.cause = "private_ca_not_trusted",
		.errors = { "unknown_authority" },
		.holds = lacks_issuer,
		.weigh = weigh_trust,
		.explanation = &text_private_authority,
		.fixes = {
			{ &fix_add_to_own_pool, PLACE_ANY, has_own_pool },
			{ &fix_append_pem, PLACE_ANY, is_system_file },
			{ &fix_add_to_bundle, PLACE_ANY, is_system_file },
			{ &fix_point_to_bundle, PLACE_ANY, lets_environment },
			{ &fix_maybe_chain, PLACE_ANY, may_lack_intermediate },
		},
	},
	{
		.cause = "ca_bundle_unreadable",
		.errors = { "system_roots" },
		.holds = is_unreadable,
		.weigh = weigh_unreadable,
		.explanation = &text_unreadable,
		.fixes = {
			{ &fix_readable, PLACE_ANY, NULL },
			{ &fix_append_pem, PLACE_ANY, NULL },
		},
	},
	{
		.cause = "client_certificate_rejected",
		.errors = { "unknown_authority" },
		.holds = is_server,
		.weigh = weigh_client,
		.explanation = &text_unknown_client,
		.fixes = {
			{ &fix_sign_client, PLACE_ANY, NULL },
			{ &fix_add_client_authority, PLACE_ANY, NULL },
		},
	},
	{
		.cause = "client_certificate_rejected",
		.errors = { "certificate_invalid" },
		.holds = is_server,
		.weigh = weigh_client,
		.explanation = &text_invalid_client,
		.fixes = { { &fix_reissue_client, PLACE_ANY, NULL } },
	},
};

const struct rule_set trust_rules = { rules, sizeof(rules) / sizeof(rules[0]) };
