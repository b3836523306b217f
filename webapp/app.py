"""The web application: the light companion of the mails, made of one blueprint per reader."""

from __future__ import annotations

from flask import Flask

from jobboard.addresses import Addresses
from jobboard.db import Database
from webapp import (
    agenda,
    agenda_desk,
    alert_pages,
    archive,
    correspondences,
    deciding,
    depositing,
    dev,
    dev_mails,
    equipe,
    equipe_abonnes,
    equipe_articles,
    equipe_envois,
    equipe_lettres,
    errors,
    hunting,
    magazine,
    mailed_lists,
    moi,
    my_agenda,
    newsletter,
    offer_desk,
    offers,
    own_data,
    pages,
    preferences,
    profile_desk,
    profile_pages,
    proposing,
    public,
    recruteur,
    recruteur_offres,
    reporting,
    retenus,
    sante,
    security,
    signing_in,
    signing_up,
    unsubscribing,
)
from webapp.house import House

BLUEPRINTS = tuple(
    module.blueprint
    for module in (
        public,
        agenda,
        offers,
        signing_up,
        newsletter,
        archive,
        signing_in,
        moi,
        profile_desk,
        profile_pages,
        correspondences,
        deciding,
        recruteur,
        equipe,
        retenus,
        mailed_lists,
        alert_pages,
        unsubscribing,
        sante,
        own_data,
        depositing,
        offer_desk,
        recruteur_offres,
        reporting,
        equipe_abonnes,
        equipe_articles,
        equipe_envois,
        equipe_lettres,
        magazine,
        preferences,
        hunting,
        proposing,
        agenda_desk,
        my_agenda,
    )
)
FOR_DEVELOPERS = (dev.blueprint, dev_mails.blueprint)


def create_app(database: Database, addresses: Addresses) -> Flask:
    """Return the application of that installation; the development pages exist in development only."""
    house = House(database, addresses)
    app = Flask("webapp", static_folder=str(pages.STATIC), template_folder=str(pages.templates_dir()))
    app.url_map.strict_slashes = False
    house.register(app.extensions)
    security.set_up(app, house.settings)
    pages.set_up(app, house)
    errors.set_up(app)
    for blueprint in (*BLUEPRINTS, *(FOR_DEVELOPERS if house.settings.development else ())):
        app.register_blueprint(blueprint)
    return app
