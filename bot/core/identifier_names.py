"""First names that are common where we work, to tell a person's name from other capitals."""

FIRST_NAMES = frozenset(
    """
    aaron abby abdul abigail ada adam adaeze adele adriana agnes agnieszka ahmed aideen aisha aisling
    alan alba alejandro alex alexander alexandra alfie ali alice alicia alison amanda amara amelia amina
    amir amy ana anastasia andre andrea andrew angela angie anil anita anja ann anna anne annette annie
    anthony antonio anya aoife april arjun arthur asha ashley audrey ava ayesha barbara barry beatrice
    becky ben benjamin bernadette bernard beryl beth bethany betty beverley bianca bill billy bob
    brandon brenda brendan brian bridget bronagh bronwyn bruce caitlin callum cameron carl carla carlos
    carmel carmen carol carole caroline carolyn cath catherine cathy cecilia charles charlie charlotte
    chantal cheryl chiara chidi chinwe chloe chris christina christine christopher cian ciara claire
    clara clare claudia colin colleen connor consuelo courtney craig cristina cynthia daisy dan dana
    daniel daniela danielle daphne darren dave david dawn dean deborah debbie deepa deirdre delia denise
    dennis derek desmond diana diane diego dominic donal donna doreen doris dorothy douglas duncan dylan
    edith edna edward eileen elaine eleanor elena elizabeth ella ellen ellie elsie emily emma enrique
    eoin eric erica erin esther ethan eunice eva evelyn ewa ezra faith farah farida fatima fatoumata
    felicity fernando fiona florence fran frances francis francisco frank fred freya gabriel gabriela
    gail gareth gary gavin gemma geoff george georgia gerald geraldine gillian gina ginny giovanna
    giulia gladys glenda gloria gordon grace graham greta gwen hannah harold harriet harry hassan hayley
    hazel heather heidi helen helena henry hilary holly howard hugh ian ibrahim ida imani imelda imogen
    ines ingrid irene iris isabel isabella isla ivan ivy jack jackie jacob jacqueline jade jake james
    jamie jan jane janet janice jasmine jason javier jean jeanette jeff jennifer jenny jeremy jess
    jessica jill jim joan joanna joanne joao jodie joe joel johanna john johnny jon jonathan jorge jose
    joseph josephine josh joshua joy joyce juan juanita judith judy julia julian julie june justin karen
    karim karl kasia kate katherine kathleen kathryn kathy katie kavita kay keith kelly ken kenneth
    kerry kevin khadija kim kirsty krystyna kwame kyle lakshmi lara larry latoya laura lauren laurence
    leah leanne lee leila lena leo leon leonard leroy lesley leslie liam lila lillian lily linda lindsay
    lisa liz lorna lorraine louis louise lucia lucinda lucy luis luke lydia lynda lynn lynne mabel
    madeleine maeve magda maggie mairead malcolm mandy manuel marcus margaret maria mariam marian marie
    marilyn marion marjorie mark marlene marta martha martin mary matt matthew maureen maurice max
    maxine mei megan mehmet melanie melissa mercedes mercy michael michelle miguel mike miranda miriam
    mohamed mohammed moira molly mona monica morag muhammad muriel myra nadia nancy naomi natalia
    natalie natasha neha neil nell niamh nicola nicole nigel nina noel nora norah noreen norma norman
    nuala nuria ngozi olga olive oliver olivia olu oluwaseun omar oonagh orla oscar pablo paddy paloma
    pam pamela pat patricia patrick paul paula pauline pedro peggy penelope penny pete peter petra
    philip phillip phoebe phyllis pilar piotr polly poppy priya rachel rafael rahul raj rajesh ralph
    ramona raquel raymond rebecca reena rhiannon rhona ricardo richard rita rob robert roberta robin
    roger roisin rohan ron ronald rosa rosalind rosario rosemary ross rowena roy ruby russell ruth ryan
    sabrina sadie sally sam samantha samira samuel sandra sandy sanjay sara sarah saoirse scott sean
    sergio shannon sharon shaun sheila shelley shirley shona sian silvia simon sinead siobhan sofia
    sonia sophia sophie stacey stan stella stephanie stephen steve steven stuart sue sunita susan susana
    susanna sushila suzanne sybil sylvia tamara tamsin tania tanya tara ted teresa teri terence terry
    thelma theresa thomas tiffany tim timothy tina tod tom tomas toni tony tracey tracy trevor trisha
    una ursula valerie vanessa vera verity veronica vicky victor victoria vijay viktoria vincent viola
    violet virginia vivian walter wanda wayne wendy wilfred will william winifred xavier yasmin yolanda
    yusuf yvette yvonne zahra zainab zara zoe zofia
    """.split()
)
# Names of people in public life, of bodies and of medicine: they identify nobody in care.
PUBLIC = frozenset(
    """
    angelina jolie susan love mayo clinic susan komen florence nightingale marie curie mary berry paul
    scully christina applegate kylie minogue olivia newton-john jade goody betty ford rosa parks grace
    hospital royal general infirmary hospital centre center clinic trust college university street road
    victoria infirmary maria hospital marsden carey foundation charity day hour health wales scotland
    ireland cancer breast screening care unit
    """.split()
)
