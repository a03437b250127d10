//! Images: a commit, a tag or a digest becomes the one digest that it means.

use aws_sdk_ecr::types::{ImageDetail, ImageIdentifier};
use serde::Serialize;

use crate::{
    aws::{Account, moment, refusal},
    failure::Failure,
};

/// An image in its repository, by digest.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Image {
    /// Registry and repository, without tag and digest.
    pub(crate) repository: String,
    /// `sha256:` and 64 hexadecimal digits.
    pub(crate) digest: String,
    /// Its tags; empty where the registry is not asked.
    pub(crate) tags: Vec<String>,
    /// When it was pushed.
    pub(crate) pushed: Option<String>,
    /// How its scan went, in the registry's word.
    pub(crate) scan: Option<String>,
    /// What the scan found, by severity.
    pub(crate) findings: Vec<(String, i32)>,
}

impl Image {
    /// The name by which it is deployed.
    pub(crate) fn reference(&self) -> String {
        format!("{}@{}", self.repository, self.digest)
    }

    /// The commit it was built from, if a tag names it.
    pub(crate) fn commit(&self) -> Option<&str> {
        self.tags.iter().map(String::as_str).find(|tag| tag.len() == 40 && is_hex(tag))
    }

    fn of(repository: &str, detail: ImageDetail) -> Self {
        let summary = detail.image_scan_findings_summary;
        let counts = summary.and_then(|summary| summary.finding_severity_counts).unwrap_or_default();
        let mut findings: Vec<_> = counts.into_iter().map(|(severity, n)| (severity.as_str().to_owned(), n)).collect();
        findings.sort();
        Self {
            repository: repository.to_owned(),
            digest: detail.image_digest.unwrap_or_default(),
            tags: detail.image_tags.unwrap_or_default(),
            pushed: moment(detail.image_pushed_at.as_ref()),
            scan: detail.image_scan_status.and_then(|scan| Some(scan.status?.as_str().to_owned())),
            findings,
        }
    }
}

/// The image's name without tag and digest.
pub(crate) fn repository(reference: &str) -> &str {
    let name = reference.split_once('@').map_or(reference, |(name, _)| name);
    let path = name.rfind('/').map_or(0, |at| at + 1);
    name[path..].find(':').map_or(name, |colon| &name[..path + colon])
}

/// The image's digest, if its name says it.
pub(crate) fn digest(reference: &str) -> Option<&str> {
    reference.split_once('@').map(|(_, digest)| digest).filter(|digest| is_digest(digest))
}

/// Whether an image is in a registry of ECR.
pub(crate) fn is_in_ecr(reference: &str) -> bool {
    Registry::of(repository(reference)).is_some()
}

/// The one image that a commit, a tag or a digest means, in the repository that an image which runs is from.
pub(crate) async fn resolve(account: &Account, running: &str, wanted: &str) -> Result<Image, Failure> {
    let named = wanted.contains('@').then(|| repository(wanted));
    let repository = named.unwrap_or_else(|| repository(running));
    let digest = if named.is_some() { digest(wanted) } else { Some(wanted).filter(|text| is_digest(text)) };
    if named.is_some() && digest.is_none() {
        return Err(Failure::input("IMAGE", format!("{wanted} ends in no digest (sha256: and 64 hexadecimal digits)")));
    }
    let Some(registry) = Registry::of(repository) else {
        let digest = digest.ok_or_else(|| {
            let problem = format!(
                "{repository} is no repository of ECR, so tags cannot be resolved there; say the digest (sha256:…) that \
                 `docker buildx imagetools inspect {repository}:{wanted}` shows"
            );
            Failure::input("IMAGE", problem)
        })?;
        let (repository, digest) = (repository.to_owned(), digest.to_owned());
        return Ok(Image { repository, digest, tags: Vec::new(), pushed: None, scan: None, findings: Vec::new() });
    };
    let ids = ImageIdentifier::builder();
    let id = digest.map_or_else(|| ids.clone().image_tag(wanted), |digest| ids.clone().image_digest(digest)).build();
    if let Some(detail) = registry.describe(account, id).await? {
        return Ok(Image::of(repository, detail));
    }
    let missing = |more: &str| Failure::input("IMAGE", format!("{repository} has no image {wanted}{more}"));
    if digest.is_some() || wanted.len() < 7 || !is_hex(wanted) {
        return Err(missing("; push it first (docs/aws.md, step 2), or look at `aws ecr describe-images`"));
    }
    let begins = |detail: &ImageDetail| detail.image_tags().iter().any(|tag| tag.starts_with(wanted));
    let mut found: Vec<ImageDetail> = registry.all(account).await?.into_iter().filter(begins).collect();
    match (found.pop(), found.is_empty()) {
        (Some(one), true) => Ok(Image::of(repository, one)),
        (Some(_), false) => {
            Err(Failure::input("IMAGE", format!("tags of several images begin with {wanted}; say more of the commit")))
        }
        (None, _) => Err(missing(", and no tag begins so; push it first (docs/aws.md, step 2)")),
    }
}

/// What the registry knows of an image that runs; nothing where it is not in ECR or is gone.
pub(crate) async fn known(account: &Account, reference: &str) -> Option<Image> {
    resolve(account, reference, digest(reference)?).await.ok()
}

/// A repository of ECR.
pub(crate) struct Registry<'a> {
    account: &'a str,
    region: &'a str,
    name: &'a str,
}

impl<'a> Registry<'a> {
    /// `123456789012.dkr.ecr.eu-west-2.amazonaws.com/name`.
    pub(crate) fn of(repository: &'a str) -> Option<Self> {
        let (host, name) = repository.split_once('/')?;
        let (account, rest) = host.split_once(".dkr.ecr.")?;
        let (region, domain) = rest.split_once('.')?;
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        (is_account && domain.starts_with("amazonaws.")).then_some(Self { account, region, name })
    }

    /// The region that its name says.
    pub(crate) fn region(&self) -> &str {
        self.region
    }

    /// What the user AWS signs in with; good for 12 hours.
    pub(crate) async fn password(&self, account: &Account) -> Result<String, Failure> {
        let answer = account.ecr(self.region).get_authorization_token().send().await;
        let answer = answer.map_err(refusal("asking ECR for a password"))?;
        let token = answer.authorization_data().first().and_then(|data| data.authorization_token());
        let password = token.and_then(|token| {
            let pair = String::from_utf8(aws_smithy_types::base64::decode(token).ok()?).ok()?;
            pair.strip_prefix("AWS:").map(str::to_owned)
        });
        password.ok_or_else(|| Failure::Refused("ECR gave no password of the user AWS".to_owned()))
    }

    async fn describe(&self, account: &Account, id: ImageIdentifier) -> Result<Option<ImageDetail>, Failure> {
        let call = account.ecr(self.region).describe_images().registry_id(self.account).repository_name(self.name);
        match call.image_ids(id).send().await.map_err(refusal(format!("looking for the image in {}", self.name))) {
            Ok(found) => Ok(found.image_details.unwrap_or_default().pop()),
            Err(no) if no.code() == "ImageNotFoundException" => Ok(None),
            Err(no) => Err(no.into()),
        }
    }

    async fn all(&self, account: &Account) -> Result<Vec<ImageDetail>, Failure> {
        let call = account.ecr(self.region).describe_images().registry_id(self.account).repository_name(self.name);
        let mut pages = call.into_paginator().items().send();
        let mut all = Vec::new();
        while let Some(image) = pages.next().await {
            all.push(image.map_err(refusal(format!("listing the images of {}", self.name)))?);
        }
        Ok(all)
    }
}

fn is_digest(text: &str) -> bool {
    text.strip_prefix("sha256:").is_some_and(|hex| hex.len() == 64 && is_hex(hex))
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        let ecr = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/plimsoll/plimsoll";
        let hex = "a".repeat(64);
        for tail in ["", ":v1", &format!("@sha256:{hex}"), &format!(":v1@sha256:{hex}")] {
            assert_eq!(repository(&format!("{ecr}{tail}")), ecr);
        }
        assert_eq!(repository("localhost:5000/plimsoll"), "localhost:5000/plimsoll");
        assert_eq!(digest(&format!("x@sha256:{hex}")), Some(&*format!("sha256:{hex}")));
        assert_eq!(digest("x@sha256:abc"), None);
        let registry = Registry::of(ecr).unwrap();
        assert_eq!(
            (registry.account, registry.region, registry.name),
            ("123456789012", "eu-west-2", "plimsoll/plimsoll")
        );
        assert!(Registry::of("docker.io/plimsoll").is_none() && Registry::of("plimsoll").is_none());
    }
}
