//! Lays the texts of a language over the knowledge.

use super::check::address;
use super::items::CAUSE;
use super::{Texts, cause_key};
use crate::knowledge::model::{Article, Knowledge, Script, Service, Symptom};

impl Knowledge {
    /// The languages that it can be had in, its own first.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.language.as_str()).chain(self.locales.keys().map(String::as_str))
    }

    /// The same knowledge in another of its languages; unchanged in one that it does not have.
    ///
    /// Only texts change: ids, numbers and the digest stay, so that a transcript and a support code go with every language.
    /// What a language lacks stays as the source has it. [`Knowledge::for_service`] comes after it.
    #[must_use]
    pub fn in_language(mut self, language: &str) -> Self {
        let Some(texts) = self.locales.remove(language) else { return self };
        let translate = Translate(&texts);
        for (path, article) in &mut self.articles {
            translate.article(&format!("articles/{path}"), article);
        }
        for (id, symptom) in &mut self.symptoms {
            translate.causes(id, symptom);
            translate.symptom(&format!("symptoms/{id}"), symptom);
            let heading = self.articles.get(&symptom.heading.article);
            let heading = heading.and_then(|article| article.section(&symptom.heading.anchor));
            symptom.title = heading.map_or_else(|| symptom.title.clone(), |section| section.title.clone());
        }
        for (id, service) in &mut self.services {
            translate.service(&format!("services/{id}"), service);
        }
        for (id, script) in &mut self.scripts {
            translate.script(&format!("scripts/{id}"), script);
        }
        for (id, phrase) in &mut self.phrases {
            translate.one("phrases", id, "says", phrase);
        }
        language.clone_into(&mut self.language);
        self
    }
}

struct Translate<'a>(&'a Texts);

impl Translate<'_> {
    fn one(&self, file: &str, item: &str, field: &str, text: &mut String) {
        if let Some(translated) = self.0.get(&address(file, item, field)) {
            text.clone_from(translated);
        }
    }

    fn perhaps(&self, file: &str, item: &str, field: &str, text: &mut Option<String>) {
        if let Some(text) = text {
            self.one(file, item, field, text);
        }
    }

    fn article(&self, file: &str, article: &mut Article) {
        self.one(file, "", "title", &mut article.title);
        self.one(file, "", "description", &mut article.description);
        for section in &mut article.sections {
            self.one(file, &section.anchor, "title", &mut section.title);
            self.one(file, &section.anchor, "body", &mut section.body);
        }
    }

    /// The causes that have files of their own.
    fn causes(&self, id: &str, symptom: &mut Symptom) {
        for cause in &mut symptom.causes {
            let file = cause_key(id, &cause.id);
            self.one(&file, CAUSE, "title", &mut cause.title);
            self.perhaps(&file, CAUSE, "says", &mut cause.says);
            self.perhaps(&file, CAUSE, "avoid", &mut cause.avoid);
        }
    }

    fn symptom(&self, file: &str, symptom: &mut Symptom) {
        for cause in &mut symptom.causes {
            let item = format!("causes/{}", cause.id);
            self.one(file, &item, "title", &mut cause.title);
            self.perhaps(file, &item, "says", &mut cause.says);
        }
        for question in &mut symptom.questions {
            let item = format!("questions/{}", question.id);
            self.one(file, &item, "ask", &mut question.ask);
            self.perhaps(file, &item, "agent", &mut question.agent);
            self.perhaps(file, &item, "why", &mut question.why);
            for answer in &mut question.answers {
                self.one(file, &item, &format!("answers/{}", answer.id), &mut answer.label);
            }
        }
    }

    fn script(&self, file: &str, script: &mut Script) {
        self.one(file, "title", "says", &mut script.title);
        for (question, wording) in &mut script.wordings {
            self.one(file, &format!("wordings/{question}"), "says", wording);
        }
        for (group, steps) in [("steps", &mut script.steps), ("goodbye", &mut script.goodbye)] {
            for step in steps {
                let item = format!("{group}/{}", step.id);
                self.perhaps(file, &item, "say", &mut step.say);
                self.perhaps(file, &item, "note", &mut step.note);
            }
        }
    }

    fn service(&self, file: &str, service: &mut Service) {
        self.one(file, "name", "says", &mut service.name);
        self.perhaps(file, "verify-identity", "says", &mut service.verify_identity);
        for (id, word) in &mut service.words {
            self.one(file, &format!("words/{id}"), "says", word);
        }
        for message in &mut service.messages {
            self.one(file, &format!("messages/{}", message.id), "text", &mut message.text);
        }
        for (role, contact) in &mut service.escalate {
            let item = format!("escalate/{role}");
            self.one(file, &item, "says", &mut contact.says);
            for (index, thing) in contact.bring.iter_mut().enumerate() {
                self.one(file, &item, &format!("bring/{}", index + 1), thing);
            }
        }
    }
}
