//! Countries (国别): the journal may carry the three letters of ISO 3166, the messages want customs'
//! three digits. From the parameter tables of 2018 (`secondary`).

/// Customs' three digits of a country: of its letters, or the digits themselves.
pub(crate) fn digits(country: &str) -> Option<&str> {
    let country = country.trim();
    if country.len() == 3 && country.bytes().all(|it| it.is_ascii_digit()) {
        return Some(country);
    }
    let letters = country.to_ascii_uppercase();
    let at = COUNTRIES.binary_search_by(|it| it.0.cmp(letters.as_str()));
    at.ok().and_then(|at| COUNTRIES.get(at)).map(|it| it.1)
}

#[rustfmt::skip]
static COUNTRIES: &[(&str, &str)] = &[
    ("ABW", "403"), ("AFG", "101"), ("AGO", "202"), ("AIA", "499"), ("ALA", "399"), ("ALB", "313"),
    ("AND", "314"), ("ARE", "138"), ("ARG", "402"), ("ARM", "338"), ("ASM", "699"), ("ATA", "701"),
    ("ATF", "299"), ("ATG", "401"), ("AUS", "601"), ("AUT", "315"), ("AZE", "339"), ("BDI", "205"),
    ("BEL", "301"), ("BEN", "203"), ("BES", "449"), ("BFA", "251"), ("BGD", "103"), ("BGR", "316"),
    ("BHR", "102"), ("BHS", "404"), ("BIH", "355"), ("BLM", "499"), ("BLR", "340"), ("BLZ", "406"),
    ("BMU", "504"), ("BOL", "408"), ("BRA", "410"), ("BRB", "405"), ("BRN", "105"), ("BTN", "104"),
    ("BVT", "326"), ("BWA", "204"), ("CAF", "209"), ("CAI", "207"), ("CAN", "501"), ("CCK", "699"),
    ("CEU", "210"), ("CHE", "331"), ("CHL", "412"), ("CHN", "142"), ("CIV", "223"), ("CMR", "206"),
    ("COD", "252"), ("COG", "213"), ("COK", "602"), ("COL", "413"), ("COM", "212"), ("CPV", "208"),
    ("CRI", "415"), ("CUB", "416"), ("CUW", "417"), ("CXR", "699"), ("CYM", "411"), ("CYP", "108"),
    ("CZE", "352"), ("DEU", "304"), ("DJI", "214"), ("DMA", "414"), ("DNK", "302"), ("DOM", "418"),
    ("DZA", "201"), ("ECU", "419"), ("EGY", "215"), ("ERI", "258"), ("ESH", "245"), ("ESP", "312"),
    ("EST", "334"), ("ETH", "217"), ("FIN", "318"), ("FJI", "603"), ("FLK", "499"), ("FRA", "305"),
    ("FRO", "357"), ("FSM", "620"), ("GAB", "218"), ("GAM", "604"), ("GBR", "303"), ("GEO", "337"),
    ("GGY", "399"), ("GHA", "220"), ("GIB", "320"), ("GIN", "221"), ("GLP", "422"), ("GMB", "219"),
    ("GNB", "222"), ("GNQ", "216"), ("GRC", "310"), ("GRD", "421"), ("GRL", "503"), ("GTM", "423"),
    ("GUF", "420"), ("GUM", "699"), ("GUY", "424"), ("HKG", "110"), ("HMD", "699"), ("HND", "426"),
    ("HRV", "351"), ("HTI", "425"), ("HUN", "321"), ("IDN", "112"), ("IMN", "399"), ("IND", "111"),
    ("IOT", "299"), ("IRL", "306"), ("IRN", "113"), ("IRQ", "114"), ("ISL", "322"), ("ISR", "115"),
    ("ITA", "307"), ("JAM", "427"), ("JEY", "399"), ("JOR", "117"), ("JPN", "116"), ("KAZ", "145"),
    ("KEN", "224"), ("KGZ", "146"), ("KHM", "107"), ("KIR", "618"), ("KNA", "447"), ("KOR", "133"),
    ("KWT", "118"), ("LAO", "119"), ("LBN", "120"), ("LBR", "225"), ("LBY", "226"), ("LCA", "437"),
    ("LIE", "323"), ("LKA", "134"), ("LSO", "255"), ("LTU", "336"), ("LUX", "308"), ("LVA", "335"),
    ("MAC", "121"), ("MAF", "438"), ("MAI", "605"), ("MAR", "232"), ("MCO", "325"), ("MDA", "343"),
    ("MDG", "227"), ("MDV", "123"), ("MEL", "256"), ("MEX", "429"), ("MHL", "621"), ("MKD", "354"),
    ("MLI", "229"), ("MLT", "324"), ("MMR", "106"), ("MNE", "359"), ("MNG", "124"), ("MNP", "699"),
    ("MOZ", "233"), ("MRT", "230"), ("MSR", "430"), ("MTQ", "428"), ("MUS", "231"), ("MWI", "228"),
    ("MYS", "122"), ("MYT", "259"), ("NAM", "234"), ("NCL", "607"), ("NER", "235"), ("NFK", "610"),
    ("NGA", "236"), ("NIC", "431"), ("NIU", "699"), ("NLD", "309"), ("NOR", "326"), ("NPL", "125"),
    ("NRU", "606"), ("NZL", "609"), ("OMN", "126"), ("PAK", "127"), ("PAN", "432"), ("PCN", "699"),
    ("PER", "434"), ("PHL", "129"), ("PLW", "622"), ("PNG", "611"), ("POL", "327"), ("PRI", "435"),
    ("PRK", "109"), ("PRT", "311"), ("PRY", "433"), ("PSE", "128"), ("PYF", "623"), ("QAT", "130"),
    ("REU", "237"), ("ROU", "328"), ("RUS", "344"), ("RWA", "238"), ("SAU", "131"), ("SDN", "246"),
    ("SEN", "240"), ("SGP", "132"), ("SGS", "499"), ("SHN", "299"), ("SJM", "399"), ("SLB", "613"),
    ("SLE", "242"), ("SLV", "440"), ("SMR", "329"), ("SOC", "612"), ("SOM", "243"), ("SPM", "448"),
    ("SRB", "358"), ("SSD", "260"), ("STP", "239"), ("SUR", "441"), ("SVK", "353"), ("SVN", "350"),
    ("SWE", "330"), ("SWZ", "257"), ("SXM", "449"), ("SYC", "241"), ("SYR", "135"), ("TCA", "443"),
    ("TCD", "211"), ("TGO", "248"), ("THA", "136"), ("TJK", "147"), ("TKL", "699"), ("TKM", "148"),
    ("TLS", "144"), ("TON", "614"), ("TTO", "442"), ("TUA", "615"), ("TUB", "616"), ("TUN", "249"),
    ("TUR", "137"), ("TUV", "619"), ("TWN", "143"), ("TZA", "247"), ("UGA", "250"), ("UKR", "347"),
    ("UMI", "699"), ("URY", "444"), ("USA", "502"), ("UZB", "149"), ("VAT", "356"), ("VCT", "439"),
    ("VEN", "445"), ("VGB", "446"), ("VIR", "499"), ("VNM", "141"), ("VUT", "608"), ("WLF", "625"),
    ("WSM", "617"), ("YEM", "139"), ("ZAF", "244"), ("ZAO", "299"), ("ZAS", "199"), ("ZEU", "399"),
    ("ZMB", "253"), ("ZNA", "599"), ("ZOC", "699"), ("ZSA", "499"), ("ZUN", "702"), ("ZWE", "254"),
    ("ZZZ", "701"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_become_digits_and_digits_stay() {
        assert_eq!(digits("JPN"), Some("116"));
        assert_eq!(digits("chn"), Some("142"));
        assert_eq!(digits("502"), Some("502"));
        assert_eq!(digits("日本"), None);
        assert!(COUNTRIES.is_sorted());
    }
}
