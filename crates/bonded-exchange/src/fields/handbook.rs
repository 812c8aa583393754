//! 手册 (EML): filing, change, copy.

use super::Type::{Date, Day, Decimal, Exactly, Time, UpTo, Whole};
use super::{Dialect, Field, RecordKind, field};

/// 手册备案表头.
pub static EML_PUTREC_BSC: RecordKind = RecordKind {
    name: "EmlPutrecBsc",
    chinese: "手册备案表头",
    dialect: Dialect::Customs,
    fields: &[
        field("emlNo", "手册编号", UpTo(64)),
        field("chgTmsCnt", "变更次数", Whole(19)),
        field("emlType", "手册类型代码", Exactly(1)).codes(&[("B", "来料加工"), ("C", "进料加工")]),
        field("etpsPreentNo", "企业预录入编号", UpTo(64)),
        field("dclTypecd", "申报类型代码", UpTo(25)).codes(&[
            ("1", "备案"),
            ("2", "变更"),
            ("3", "删除、作废"),
        ]),
        field("masterCuscd", "主管关区代码", Exactly(4)),
        field("bizopEtpsSccd", "经营企业社会信用代码", Exactly(18)),
        field("bizopEtpsno", "经营企业编号", Exactly(10)),
        field("bizopEtpsNm", "经营企业名称", UpTo(512)),
        field("rvsngdEtpsSccd", "收发货企业社会信用代码", Exactly(18)),
        field("rcvgdEtpsno", "收货企业编号", Exactly(10)),
        field("rcvgdEtpsNm", "收货企业名称", UpTo(512)),
        field("rcvgdEtpsDtcd", "收货企业地区代码", UpTo(5)),
        field("dclEtpsTypecd", "申报企业类型代码", UpTo(25)).codes(&[
            ("1", "企业"),
            ("2", "代理公司"),
            ("3", "报关行"),
        ]),
        field("dclEtpsSccd", "申报企业社会信用代码", Exactly(18)),
        field("dclEtpsno", "申报企业编号", Exactly(10)),
        field("dclEtpsNm", "申报企业名称", UpTo(512)),
        field("dclTime", "申报时间", Time),
        field("putrecApprTime", "备案批准日期", Time),
        field("chgApprTime", "变更批准日期", Time),
        field("supvModecd", "监管方式代码", Exactly(4)),
        field("apcretNo", "业务批准证编号", UpTo(80)),
        field("impCtrtNo", "进口合同号", UpTo(30)),
        field("expCtrtNo", "出口合同号", UpTo(30)),
        field("validDate", "有效期", Date),
        field("reduNatrcd", "征免性质代码", UpTo(4)),
        field("produceTypecd", "加工种类代码", UpTo(2)),
        field("impexpPortcd", "进出口岸代码", UpTo(255)),
        field("ucnsDclSegcd", "单耗申报环节代码", Exactly(1))
            .codes(&[("1", "出口前"), ("2", "报核前")]),
        field("stndbkBankcd", "台帐银行代码", Exactly(1)).codes(&[
            ("1", "保税加工"),
            ("2", "特殊行业"),
            ("3", "保税维修"),
            ("4", "保税研发"),
            ("9", "其他"),
        ]),
        field("productRatio", "加工生产能力", Decimal(19, 5)),
        field("impCurrcd", "进口币制代码", Exactly(3)),
        field("expCurrcd", "出口币制代码", Exactly(3)),
        field("dclTypeMarkcd", "申报来源标志代码", Exactly(1)),
        field("emapvStucd", "审批标志", Exactly(1)).codes(&[
            ("1", "通过"),
            ("2", "转人工"),
            ("3", "退单"),
        ]),
        field("stndbkMarkcd", "台帐标志", UpTo(2)),
        field("pauseImpexpMarkcd", "暂停进出口标记代码", UpTo(4)).codes(&[
            ("0", "未开始执行"),
            ("1", "正常执行"),
            ("2", "恢复执行"),
            ("3", "台帐未开出"),
            ("4", "台帐未登记"),
            ("5", "暂停变更"),
            ("6", "暂停进出口"),
            ("7", "暂停进口"),
            ("8", "暂停出口"),
            ("9", "全部暂停"),
            ("A", "申请注销"),
        ]),
        field("pauseChgMarkcd", "暂停变更标记代码", UpTo(4)),
        field("vclrApplyTime", "报核申请日期", Time),
        field("vclrDate", "核算通过日期", Time),
        field("etpsPosesSadjaQuaFlag", "企业具备自核资格标志", Exactly(1))
            .codes(&[("0", "不具备"), ("1", "具备")]),
        field("adtaccMarkcd", "核算标志", Exactly(1)),
        field("clcaseMarkcd", "结案标志", Exactly(1)),
        field("clcaseDate", "结案日期", Time),
        field("rcaseMarkcd", "涉案标志", Exactly(1)).codes(&[
            ("0", "正常"),
            ("1", "已移交未立案"),
            ("2", "已立案未结案"),
            ("3", "案件已办结"),
            ("4", "不予立案"),
            ("5", "已经撤案"),
        ]),
        field("rcaseDate", "案件日期", Date),
        field("rcaseNote", "涉案文号", UpTo(255)),
        field("sceneUrdf", "现场自定义", UpTo(30)),
        field("rmk", "备注", UpTo(4000)),
    ],
};

/// 手册料件、成品: one table, told apart by `mtpckEndprdTypecd`.
pub static EML_PUTREC_DT: RecordKind = RecordKind {
    name: "EmlPutrecDt",
    chinese: "手册料件、成品",
    dialect: Dialect::Customs,
    fields: &[
        field("emlNo", "手册编号", UpTo(512)),
        field("gdsSeqno", "商品序号", Whole(19)),
        field("mtpckEndprdTypecd", "料件成品类型代码", UpTo(25))
            .codes(&[("I", "料件"), ("E", "成品")]),
        field("chgTmsCnt", "变更次数", Whole(19)),
        field("gdsMtno", "商品料号", UpTo(32)),
        field("gdecd", "商品编码", Exactly(10)),
        field("gdsNm", "商品名称", UpTo(512)),
        field("endprdGdsSpcfModelDesc", "成品商品规格型号描述", UpTo(512)),
        field("dclUnitcd", "申报计量单位代码", Exactly(3)),
        field("lawfUnitcd", "法定计量单位代码", Exactly(3)),
        field("secdLawfUnitcd", "法定第二计量单位代码", Exactly(3)),
        field("dclUprcAmt", "申报单价", Decimal(25, 5)),
        field("dclCurrcd", "申报币制代码", Exactly(3)),
        field("dclQty", "申报数量", Decimal(19, 5)),
        field("dclTotalAmt", "申报总价", Decimal(25, 5)),
        field("natcd", "产销国(地区）", Exactly(3)),
        field("lvyrlfModecd", "征免方式", UpTo(6)).codes(&[
            ("1", "照章征税"),
            ("2", "折半征税"),
            ("3", "全免"),
            ("4", "特案"),
            ("5", "随征免性质"),
            ("6", "保证金"),
            ("7", "保函"),
            ("8", "折半补税"),
            ("9", "全额退税"),
        ]),
        field("adjmtrMarkcd", "主辅料标记代码", UpTo(4)).codes(&[("1", "主料"), ("2", "辅料")]),
        field("modfMarkcd", "修改标志代码", Exactly(1)).codes(&[
            ("0", "未修改"),
            ("1", "修改"),
            ("2", "删除"),
            ("3", "增加"),
        ]),
        field("gdsAtrcd", "商品属性", Whole(19)).codes(&[
            ("1", "消耗性物料"),
            ("2", "深加工结转"),
            ("3", "区域实质加工"),
            ("8", "现场自定义"),
            ("9", "其他"),
        ]),
        field("cusmExeMarkcd", "海关执行标记代码", UpTo(4)).codes(&[
            ("1", "正常执行"),
            ("2", "恢复执行"),
            ("3", "暂停变更"),
            ("4", "暂停进出口"),
            ("5", "暂停进口"),
            ("6", "暂停出口"),
            ("7", "全部暂停"),
        ]),
        field("gdsSceneUrdf", "商品现场自定义", UpTo(30)),
        field("ucnsTqsnFlag", "单耗质疑标志", Exactly(1)).codes(&[("0", "不质疑"), ("1", "质疑")]),
        field("csttnFlag", "磋商标志", Exactly(1)).codes(&[("0", "未磋商"), ("1", "磋商")]),
        field("rmk", "备注", UpTo(255)),
        field("invtNo", "记账清单编号", UpTo(18)),
        field("invtGNo", "记账清单商品序号", Whole(19)),
    ],
};

/// 手册单耗. `ucnsQty` is not in use: only the net consumption and the two rates are filed.
pub static EML_PUTREC_UCNS_DT: RecordKind = RecordKind {
    name: "EmlPutrecUcnsDt",
    chinese: "手册单耗",
    dialect: Dialect::Customs,
    fields: &[
        field("emlNo", "账册编号", UpTo(64)),
        field("endprdSeqno", "成品序号", Whole(19)),
        field("mtpckSeqno", "料件序号", Whole(19)),
        field("ucnsVerno", "单耗版本号", UpTo(8)),
        field("chgTmsCnt", "变更次数", Whole(19)),
        field("ucnsQty", "单耗数量", Decimal(19, 9)),
        field("netUseupQty", "净耗数量", Decimal(19, 9)),
        field("tgblLossRate", "有形损耗率", Decimal(19, 9)),
        field("intgbLossRate", "无形损耗率", Decimal(19, 9)),
        field("ucnsDclStucd", "单耗申报状态代码", Exactly(1)).codes(&[
            ("1", "未申报"),
            ("2", "已申报"),
            ("3", "已确定"),
        ]),
        field("modfMarkcd", "修改标记代码", Exactly(1)).codes(&[
            ("0", "未修改"),
            ("1", "修改"),
            ("2", "删除"),
            ("3", "增加"),
        ]),
        field("bondMtpckPrpr", "保税料件比例", Decimal(19, 9)),
        field("etpsExeMarkcd", "企业执行标记代码", Exactly(1))
            .codes(&[("1", "运行"), ("2", "停用")]),
        field("rmk", "备注", UpTo(4000)),
    ],
};

/// 手册随附单证.
pub static EML_PUTREC_ACMP_FORM_DT: RecordKind = RecordKind {
    name: "EmlPutrecAcmpFormDt",
    chinese: "手册随附单证",
    dialect: Dialect::Customs,
    fields: &[
        field("emlNo", "手册编号", UpTo(64)),
        field("acmpFormSeqno", "随附单证序号", Whole(19)),
        field("chgTmsCnt", "变更次数", Whole(19)),
        field("acmpFormTypecd", "随附单证类型代码", UpTo(25)),
        field("acmpFormNo", "随附单证编号", UpTo(64)),
        field("fixdNo", "固定编号", UpTo(64)),
        field("acmpFormFileNm", "随附单证文件名称", UpTo(512)),
        field("rmk", "备注", UpTo(4000)),
    ],
};

/// 手册表头, as the client takes it.
pub static NPTS_EML_HEAD: RecordKind = RecordKind {
    name: "NptsEmlHead",
    chinese: "手册表头",
    dialect: Dialect::Client,
    fields: &[
        field("SeqNo", "预录入统一编号", UpTo(18)),
        field("EmlNo", "手册编号", UpTo(64)),
        field("EmlType", "手册类型代码", Exactly(1))
            .required()
            .codes(&[("B", "来料加工"), ("C", "进料加工")]),
        field("EtpsPreentNo", "企业预录入编号", UpTo(64)),
        field("DclTypecd", "申报类型代码", UpTo(25))
            .required()
            .codes(&[("1", "备案"), ("2", "变更"), ("3", "删除、作废")]),
        field("MasterCuscd", "主管关区代码", Exactly(4)).required(),
        field("BizopEtpsSccd", "经营企业社会信用代码", Exactly(18)),
        field("BizopEtpsno", "经营企业编号", Exactly(10)).required(),
        field("BizopEtpsNm", "经营企业名称", UpTo(512)).required(),
        field("RvsngdEtpsSccd", "收发货企业社会信用代码", Exactly(18)),
        field("RcvgdEtpsno", "收货企业编号", Exactly(10)).required(),
        field("RcvgdEtpsNm", "收货企业名称", UpTo(512)).required(),
        field("RcvgdEtpsDtcd", "收货企业地区代码", UpTo(5)),
        field("DclEtpsTypecd", "申报企业类型代码", UpTo(25)).codes(&[
            ("1", "企业"),
            ("2", "代理公司"),
            ("3", "报关行"),
        ]),
        field("DclEtpsSccd", "申报企业社会信用代码", Exactly(18)),
        field("DclEtpsno", "申报企业编号", Exactly(10)),
        field("DclEtpsNm", "申报企业名称", UpTo(512)),
        field("DclTime", "申报时间", Day),
        field("SupvModecd", "监管方式代码", Exactly(4)).required(),
        field("ApcretNo", "业务批准证编号", UpTo(80)),
        field("ImpCtrtNo", "进口合同号", UpTo(30)),
        field("ExpCtrtNo", "出口合同号", UpTo(30)),
        field("ValidDate", "有效期", Day).required(),
        field("ReduNatrcd", "征免性质代码", UpTo(4)),
        field("ProduceTypecd", "加工种类代码", UpTo(2)),
        field("ImpexpPortcd", "进出口岸代码", UpTo(255)),
        field("UcnsDclSegcd", "单耗申报环节代码", Exactly(1))
            .codes(&[("1", "出口前"), ("2", "报核前")]),
        field("StndbkBankcd", "手册用途", Exactly(1)).codes(&[
            ("1", "保税加工"),
            ("2", "特殊行业"),
            ("3", "保税维修"),
            ("4", "保税研发"),
            ("9", "其他"),
        ]),
        field("ProductRatio", "加工生产能力", Decimal(19, 5)),
        field("ImpCurrcd", "进口币制代码", Exactly(3)),
        field("ExpCurrcd", "出口币制代码", Exactly(3)),
        field("DclTypeMarkcd", "申报来源标志代码", Exactly(1)),
        field("PauseImpexpMarkcd", "暂停进出口标记代码", UpTo(4)).codes(&[
            ("0", "未开始执行"),
            ("1", "正常执行"),
            ("2", "恢复执行"),
            ("3", "台帐未开出"),
            ("4", "台帐未登记"),
            ("5", "暂停变更"),
            ("6", "暂停进出口"),
            ("7", "暂停进口"),
            ("8", "暂停出口"),
            ("9", "全部暂停"),
            ("A", "申请注销"),
        ]),
        field("InputEtpsNm", "录入单位名称", UpTo(512)),
        field("InputEtpsSccd", "录入单位统一社会信用代码", UpTo(18)),
        field("InputEtpsTypecd", "录入单位代码", UpTo(25)),
        field("Rmk", "备注", UpTo(4000)),
        field("InputTime", "录入时间", Day),
        field("LinkMan", "联系人", UpTo(64)),
        field("LinkManTel", "联系人电话", UpTo(64)),
    ],
};

/// An item of a handbook, 料件 or 成品, as the client takes it.
const CLIENT_ITEM: &[Field] = &[
    field("SeqNo", "预录入统一编号", UpTo(18)),
    field("GdsSeqno", "商品序号", Whole(19)).required(),
    field("MtpckEndprdTypecd", "料件成品类型代码", UpTo(25))
        .required()
        .codes(&[("I", "料件"), ("E", "成品")]),
    field("GdsMtno", "商品料号", UpTo(32)).required(),
    field("Gdecd", "商品编码", Exactly(10)).required(),
    field("GdsNm", "商品名称", UpTo(512)).required(),
    field("EndprdGdsSpcfModelDesc", "成品商品规格型号描述", UpTo(512)),
    field("DclUnitcd", "申报计量单位代码", Exactly(3)).required(),
    field("LawfUnitcd", "法定计量单位代码", Exactly(3)),
    field("SecdLawfUnitcd", "法定第二计量单位代码", Exactly(3)),
    field("DclQty", "申报数量", Decimal(19, 5)),
    field("DclUprcAmt", "申报单价", Decimal(25, 5)),
    field("DclTotalAmt", "申报总价", Decimal(25, 5)),
    field("DclCurrcd", "申报币制代码", Exactly(3)),
    field("Natcd", "产销国(地区）", Exactly(3)),
    field("LvyrlfModecd", "征免方式", UpTo(6)).codes(&[
        ("1", "照章征税"),
        ("2", "折半征税"),
        ("3", "全免"),
        ("4", "特案"),
        ("5", "随征免性质"),
        ("6", "保证金"),
        ("7", "保函"),
        ("8", "折半补税"),
        ("9", "全额退税"),
    ]),
    field("AdjmtrMarkcd", "主辅料标记代码", UpTo(4)).codes(&[("1", "主料"), ("2", "辅料")]),
    field("GdsAtrcd", "商品属性", Whole(19)).codes(&[
        ("1", "消耗性物料"),
        ("2", "深加工结转"),
        ("3", "区域实质加工"),
        ("8", "现场自定义"),
        ("9", "其他"),
    ]),
    field("ModfMarkcd", "修改标志代码", Exactly(1))
        .required()
        .codes(&[("0", "未修改"), ("1", "修改"), ("2", "删除"), ("3", "增加")]),
    field("Rmk", "备注", UpTo(255)),
];

/// 手册料件, as the client takes it.
pub static NPTS_EML_IMG: RecordKind = RecordKind {
    name: "NptsEmlImg",
    chinese: "手册料件",
    dialect: Dialect::Client,
    fields: CLIENT_ITEM,
};

/// 手册成品, as the client takes it.
pub static NPTS_EML_EXG: RecordKind = RecordKind {
    name: "NptsEmlExg",
    chinese: "手册成品",
    dialect: Dialect::Client,
    fields: CLIENT_ITEM,
};

/// 手册单耗, as the client takes it.
pub static NPTS_EML_CONSUME: RecordKind = RecordKind {
    name: "NptsEmlConsume",
    chinese: "手册单耗",
    dialect: Dialect::Client,
    fields: &[
        field("SeqNo", "预录入统一编号", UpTo(18)),
        field("EndprdSeqno", "成品序号", Whole(19)).required(),
        field("EndprdGdsMtno", "成品料号", UpTo(32)),
        field("MtpckSeqno", "料件序号", Whole(19)).required(),
        field("MtpckGdsMtno", "料件料号", UpTo(32)),
        field("UcnsVerno", "单耗版本号", UpTo(8)).required(),
        field("UcnsQty", "单耗数量", Decimal(19, 9)),
        field("NetUseupQty", "净耗数量", Decimal(19, 9)).required(),
        field("TgblLossRate", "有形损耗率", Decimal(19, 9)).required(),
        field("IntgbLossRate", "无形损耗率", Decimal(19, 9)).required(),
        field("UcnsDclStucd", "单耗申报状态代码", Exactly(1))
            .required()
            .codes(&[("1", "未申报"), ("2", "已申报"), ("3", "已确定")]),
        field("ModfMarkcd", "修改标记代码", Exactly(1))
            .required()
            .codes(&[("0", "未修改"), ("1", "修改"), ("2", "删除"), ("3", "增加")]),
        field("BondMtpckPrpr", "保税料件比例", Decimal(19, 9)).required(),
        field("EtpsExeMarkcd", "企业执行标记代码", Exactly(1))
            .codes(&[("1", "运行"), ("2", "停用")]),
        field("Rmk", "备注", UpTo(4000)),
        field("GseqNo", "序号", Whole(19)),
        field("EndprdGdecd", "成品商品编码", Exactly(10)),
        field("EndprdGdsNm", "成品商品名称", UpTo(512)),
        field("MtpckGdecd", "料件商品编码", Exactly(10)),
        field("MtpckGdsNm", "料件商品名称", UpTo(512)),
    ],
};
