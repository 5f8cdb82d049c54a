//! The folder `knowledge/` inside the program.
//!
//! The one idea: a sorted list made by hand, which a test compares with the folder. It must not read it at run time.

macro_rules! files {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/knowledge/", $path)) as &[u8])),*]
    };
}

/// Every file of the built-in knowledge, sorted by path.
pub(super) const FILES: &[(&str, &[u8])] = files![
    "apps/1password.yaml",
    "apps/2fas.yaml",
    "apps/aegis.yaml",
    "apps/apple-passwords.yaml",
    "apps/authy.yaml",
    "apps/bitwarden.yaml",
    "apps/google-authenticator.yaml",
    "apps/microsoft-authenticator.yaml",
    "articles/apps/1password.md",
    "articles/apps/2fas.md",
    "articles/apps/aegis.md",
    "articles/apps/apple-passwords.md",
    "articles/apps/authy.md",
    "articles/apps/bitwarden.md",
    "articles/apps/google-authenticator.md",
    "articles/apps/microsoft-authenticator.md",
    "articles/causes.md",
    "articles/recovery.md",
    "articles/setting-up.md",
    "articles/two-factor.md",
    "kb.yaml",
    "phrases.yaml",
    "scenarios/catalogue.yaml",
    "scenarios/help-page.yaml",
    "scenarios/measured.yaml",
    "scenarios/reported/2fauth-167.yaml",
    "scenarios/reported/bitwarden-clients-16490.yaml",
    "scenarios/reported/bitwarden-clients-2506.yaml",
    "scenarios/reported/brave-intl-publishers-2091.yaml",
    "scenarios/reported/django-two-factor-auth-261.yaml",
    "scenarios/reported/google-authenticator-141.yaml",
    "scenarios/reported/google-authenticator-android-29.yaml",
    "scenarios/reported/google-authenticator-android-51.yaml",
    "scenarios/reported/google2fa-126.yaml",
    "scenarios/reported/kanidm-501.yaml",
    "scenarios/reported/keycloak-3487.yaml",
    "scenarios/reported/modrinth-code-2875.yaml",
    "scenarios/reported/mozilla-fxa-644.yaml",
    "scenarios/reported/osf-io-884.yaml",
    "scenarios/reported/otphp-124.yaml",
    "scenarios/reported/passy-158.yaml",
    "scenarios/reported/privacyidea-1156.yaml",
    "scenarios/reported/securedrop-820.yaml",
    "scenarios/reported/totp-mcu-2.yaml",
    "scenarios/reported/vaultwarden-1031.yaml",
    "scenarios/seen.yaml",
    "services/datarobot.yaml",
    "services/example.yaml",
    "services/generic.yaml",
    "symptoms/device-lost.yaml",
    "symptoms/forgot-password.yaml",
    "symptoms/invalid-code.yaml",
    "symptoms/lost-codes.yaml",
    "symptoms/many-codes.yaml",
    "symptoms/new-phone.yaml",
    "symptoms/turn-off.yaml",
];
